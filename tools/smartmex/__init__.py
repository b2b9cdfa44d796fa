"""A mock of the telephony service behind the Mobili stotele and Zvanu parvaldnieks connectors."""

from smartmex.service import FAKE_KEY, SmartMex, mock
from smartmex.switches import Switches

__all__ = ["FAKE_KEY", "SmartMex", "Switches", "mock"]

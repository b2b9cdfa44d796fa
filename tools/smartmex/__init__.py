"""A mock of the telephony service behind the Mobili stotele and Zvanu parvaldnieks connectors.

with smartmex.responses_mock("mobili-stotele.tele2.lt") as service:  # for the `requests` library, in process
    service.fire("CallStarted")

with smartmex.served() as service:  # over HTTP on this machine, at service.base
    service.play("blind-transfer")
"""

from smartmex.service import FAKE_KEY, SmartMex, mock
from smartmex.skins import responses_mock, served
from smartmex.switches import Switches

__all__ = ["FAKE_KEY", "SmartMex", "Switches", "mock", "responses_mock", "served"]

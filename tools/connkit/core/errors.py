"""What stops the tool, as opposed to what it finds."""


class UserError(Exception):
    """The tool cannot do its job (exit code 2): usage, missing path, permission, network.

    The message is one or two lines that say which thing, what is wrong and what to do.
    """

"""What connkit deploy assumes about Power Platform, which nothing published says."""

ASSUMED = (
    "A create or an update that is answered with a status from 400 to 499, 408 excepted, has changed nothing. An "
    "update is read back all the same.",
    "Sending the same update again comes to the same as sending it once; a create is sent once only.",
    "A connector that was created is in the environment's list within half a minute. Where it is not, deploy stops and "
    "says so; it never creates a second one by itself.",
    "What the service adds to a connector's properties is its own and may stay; definition, icon and script come back "
    "as they were sent. Where they do not, deploy ends with exit code 3 and names what differs.",
    "A line of the validation's answer that names an error, or calls something invalid, stops a deployment, unless it "
    "begins with 'Warning'; any other is shown and passes.",
    "A custom connector's display name in the list is the one that makers see.",
    "A token of an application (a service principal) works as one of a user does.",
)

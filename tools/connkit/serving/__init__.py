"""What any mock service needs to be reached, and to reach the receivers of its notifications."""

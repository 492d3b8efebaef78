"""The server: from the bytes of a connection to whoever answers a request, and back."""

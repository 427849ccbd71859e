"""HTTP: the layer that answers for documents, a Flask app for the rest, and the processes that run them."""

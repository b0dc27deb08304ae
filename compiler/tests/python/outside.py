import requests


class Fetch:
    def process(self, message):
        try:
            return requests.get(message["url"]).text
        except Exception:
            return None

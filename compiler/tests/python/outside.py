import requests


class Fetch:
    def process(self, message):
        get = lambda url: requests.get(url).text
        return get(message["url"])

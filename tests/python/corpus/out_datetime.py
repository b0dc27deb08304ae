from datetime import datetime, timedelta

from remotemedia.core.node import Node

EPOCH = datetime(1970, 1, 1)


class ScheduleNode(Node):
    def process(self, data):
        start = datetime.fromisoformat(data["at"])
        end = start + timedelta(days=data["days"])
        year, week, weekday = end.isocalendar()
        return {
            "end": end.isoformat(),
            "weekday": weekday,
            "week": f"{year}-W{week:02d}",
            "text": end.strftime("%d.%m. %H:%M"),
            "epoch": (end - EPOCH).total_seconds(),
            "leap": (end.replace(month=3, day=1) - timedelta(days=1)).day == 29,
        }

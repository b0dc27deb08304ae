from remotemedia import Node


class CollatzNode(Node):
    async def process(self, n):
        if n <= 0:
            return
        steps, peak, start = 0, n, n
        path = [n]
        while n != 1:
            n = n >> 1 if n & 1 == 0 else 3 * n + 1
            steps += 1
            if n > peak:
                peak = n
            if len(path) < 8:
                path.append(n)
        yield {"start": start, "steps": steps, "peak": peak, "path": path, "cut": steps >= len(path)}

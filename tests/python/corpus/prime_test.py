from remotemedia.core.node import Node


class PrimeNode(Node):
    def is_prime(self, n: int) -> bool:
        if n < 2:
            return False
        i = 2
        while i * i <= n:
            if n % i == 0:
                return False
            i += 1
        return True

    def process(self, n: int) -> dict:
        factors = []
        rest, d = n, 2
        while rest > 1:
            while rest % d == 0:
                factors.append(d)
                rest //= d
            d += 1
            if d * d > rest:
                if rest > 1:
                    factors.append(rest)
                break
        for candidate in range(max(n, 0) + 1, 2 * max(n, 1) + 1):
            if self.is_prime(candidate):
                following = candidate
                break
        else:
            following = None
        return {"n": n, "prime": self.is_prime(n), "factors": factors, "next": following}

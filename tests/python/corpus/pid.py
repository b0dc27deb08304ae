from remotemedia.core.node import Node


class PIDControllerNode(Node):
    """Discrete PID with clamped output and anti-windup."""

    def __init__(self, kp=1.0, ki=0.0, kd=0.0, setpoint=0.0, dt=0.1, limit=100.0, **kwargs):
        super().__init__(**kwargs)
        self.kp, self.ki, self.kd = kp, ki, kd
        self.setpoint = setpoint
        self.dt = dt
        self.limit = limit
        self.integral = 0.0
        self.last_error = None

    def process(self, data):
        if isinstance(data, dict):
            self.setpoint = data["setpoint"]
            self.last_error = None
            return
        error = self.setpoint - data
        slope = 0.0 if self.last_error is None else (error - self.last_error) / self.dt
        self.last_error = error
        candidate = self.integral + error * self.dt
        raw = self.kp * error + self.ki * candidate + self.kd * slope
        output = max(-self.limit, min(self.limit, raw))
        if raw == output:
            self.integral = candidate
        return {"output": output, "error": error, "saturated": raw != output}

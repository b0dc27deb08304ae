from remotemedia.core.node import Node

DEFAULTS = {
    "name": "unnamed",
    "rate": 48000,
    "channels": 2,
}
OPTION_DEFAULTS = {"gain": 1.0, "mute": False}


class DefaultsNode(Node):
    """Fills in what a configuration leaves out and mends what is off."""

    def process(self, data):
        out = {**DEFAULTS, **data}
        options = OPTION_DEFAULTS.copy()
        options.update(data.get("options", {}))
        out["options"] = options
        if out["channels"] is None:
            out["channels"] = DEFAULTS["channels"]
        if isinstance(out["rate"], str) and out["rate"].isdigit():
            out["rate"] = int(out["rate"])
        if not out["rate"] or out["rate"] < 0:
            out["rate"] = DEFAULTS["rate"]
        out["mono"] = out["channels"] == 1
        return out

from remotemedia import Pipeline

pipeline = Pipeline("nothing")

#!/usr/bin/env python3
"""Is every baseline.json below a directory statistically sound?

The same verdicts as `mcp-test-harness baseline validate`, for machines without it. Needs nothing but Python 3.8.
"""

import argparse
import json
import math
import statistics
import sys
from pathlib import Path

FEWEST = 10
HIGHEST_CV_PERCENT = 50
HIGHEST_OUTLIER_PERCENT = 10
# Fewer do not bound a 95th percentile, so that their highest twentieth is none.
FEWEST_FOR_P95 = 60
# Nearer to the median than this, as a ratio, is no outlier, however little the other times differ.
HARMLESS = 0.25


def quantile(values, probability):
    """Type 7, as R and NumPy have it."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * probability
    below = math.floor(place + 4 * sys.float_info.epsilon)
    fraction = place - below
    if fraction <= 4 * sys.float_info.epsilon:
        return ordered[below]
    return ordered[below] + fraction * (ordered[below + 1] - ordered[below])


def judged_cv_percent(times):
    """Of the times without the highest twentieth: the few that the machine held up say nothing about the server."""
    highest = math.inf if len(times) < FEWEST_FOR_P95 else quantile(times, 0.95)
    most = [time for time in times if time <= highest]
    mean = statistics.fmean(most)
    return statistics.stdev(most) / mean * 100 if mean > 0 else 100


def outlier_percent(times):
    """Beyond median ± 3 · 1.4826 · MAD. Beyond mean ± 3 standard deviations no sample can have more than a tenth."""
    centre = statistics.median(times)
    reach = 3 * 1.4826 * statistics.median(abs(time - centre) for time in times)
    far = [time for time in times if abs(time - centre) > max(reach, HARMLESS * centre)]
    return len(far) / len(times) * 100


def judge(times):
    if len(times) < FEWEST:
        return False, "Insufficient data points"
    cv = judged_cv_percent(times)
    if cv > HIGHEST_CV_PERCENT:
        return False, f"High variance: CV = {cv:.1f}%"
    outliers = outlier_percent(times)
    if outliers > HIGHEST_OUTLIER_PERCENT:
        return False, f"Too many outliers: {outliers:.1f}%"
    return True, f"Valid baseline: {len(times)} samples, CV = {cv:.1f}%"


def is_time(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def validate(file):
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return False, f"cannot be read: {error}"
    times = document.get("response_times", []) if isinstance(document, dict) else None
    if not isinstance(times, list) or not all(is_time(time) for time in times):
        return False, "response_times is no list of times in milliseconds"
    if "version" in document and not times:
        return True, "Valid baseline: no benchmarks, outcomes of tests only"
    return judge(times)


def printable(text):
    """Names and errors come from files that anybody may have written."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "directory", nargs="?", type=Path, default=Path("/etc/mcp-test-harness/baselines"), help="%(default)s"
    )
    directory = parser.parse_args().directory

    files = sorted(directory.glob("**/baseline.json"))
    if not files:
        print(f"❌ {directory} holds no baselines", file=sys.stderr)
        return 1
    all_valid = True
    for file in files:
        is_valid, message = validate(file)
        print(f"{'✅' if is_valid else '❌'} {printable(file.parent.name)}: {printable(message)}")
        all_valid = all_valid and is_valid
    return 0 if all_valid else 1


if __name__ == "__main__":
    sys.exit(main())

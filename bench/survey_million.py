"""One million responses: index table with intervals, and export to Parquet.

    ./run bench survey_million [responses]

Prints seconds of wall clock and of processor, and the peak memory of the process.
"""

import json
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

# The folder of this script holds a `surveys.py` too: the package must be found before it.
sys.path[0] = str(Path(__file__).parents[1])

from evaluation.analysis.surveys import SurveyData, group_indices  # noqa: E402 -- see above
from sampling.structure import survey_design  # noqa: E402 -- see above
from surveys.bulk import frame_of_texts  # noqa: E402 -- see above
from surveys.codebook import variables  # noqa: E402 -- see above
from surveys.exchange.tables import stream_parquet  # noqa: E402 -- see above
from surveys.loader import load_library  # noqa: E402 -- see above
from surveys.schema import Question, QuestionType  # noqa: E402 -- see above
from surveys.scoring import scale_items  # noqa: E402 -- see above

DIFFERENT = 5_000


def invented(question: Question, codes: list[str], chance: random.Random) -> object:
    if question.type in (QuestionType.SINGLE, QuestionType.LIKERT):
        return chance.choice(codes)
    if question.type is QuestionType.MULTIPLE:
        return chance.sample(codes[:-1], 2)
    if question.type is QuestionType.MATRIX:
        return {row.code: chance.choice(codes) for row in question.rows}
    return chance.randint(0, 60) if question.type is QuestionType.NUMBER else "希望加快发放案款"


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    asked = load_library("QA")
    chance = random.Random(1)
    base = [
        json.dumps(
            {
                q.code: {"value": invented(q, [o.code for o in asked.options_of(q)], chance)}
                for q in asked.questions
                if chance.random() < 0.9
            },
            ensure_ascii=False,
        )
        for _ in range(DIFFERENT)
    ]
    texts = [base[chance.randrange(DIFFERENT)] for _ in range(n)]
    needed = {item.variable for item in scale_items(asked)}
    with_index = [variable for variable in variables(asked) if variable.name in needed]
    with Measured("index table"):
        table = frame_of_texts(asked, texts, with_index)
        found = group_indices(SurveyData(asked, table, survey_design(n_rows=n)))
    print(f"index {found.value:.2f}, {found.estimate}")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "responses.parquet"
        with Measured("Parquet"):
            stream_parquet(target, asked, texts)
        print(f"{target.stat().st_size / 1e6:.1f} MB")


class Measured:
    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def __exit__(self, *_error: object) -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        wall, cpu = time.perf_counter() - self.wall, time.process_time() - self.cpu
        print(f"{self.name}: {wall:.1f} s wall, {cpu:.1f} s processor, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()

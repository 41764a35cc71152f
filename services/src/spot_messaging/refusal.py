"""Why a service does not start, or exits: sentences for an operator instead of a stack trace."""

from collections.abc import Iterable

WRONG_INPUT = 2
UNREACHABLE = 3

DECLARE_FIRST = "declare the topology first (npm start, or pulumi up --stack dev)"


class Refusal(Exception):  # noqa: N818 - it is a result, not a defect
    """Ends the process with `exit_code` after it printed all problems.

    Every problem is one sentence: place, thing in quotes, problem, way out.
    """

    def __init__(self, problems: Iterable[str], exit_code: int = WRONG_INPUT) -> None:
        self.problems = sorted(set(problems))
        self.exit_code = exit_code
        super().__init__("; ".join(self.problems))


def sentence(refusal: Refusal, program: str) -> str:
    """All problems: a single one on one line, or several as a sorted list."""
    match refusal.problems:
        case [only]:
            return f"{program}: {only}"
        case problems:
            return "\n".join([f"{program}: {len(problems)} problems:", *(f"  - {problem}" for problem in problems)])

"""Jobs whose mail is missing."""

import pytest

from fakes import DELIVERY, NOW
from spot_messaging import Delivery, Erasure, ExpiredError
from spot_services.analyzer.erasedjobs import ErasedJobs
from spot_services.mailstore import MissingMailError
from spot_services.payload import Job, Mail


async def test_drops_the_job_of_an_erased_mail_and_dead_letters_that_of_a_missing_one() -> None:
    async def without_mail(_job: Job, _delivery: Delivery) -> None:
        raise MissingMailError("0" * 64)

    erased = ErasedJobs()
    on_job = erased.without(without_mail)
    job = Job(analysis="a-1", analyzer="headers", mail=Mail(inline=b"x"))
    with pytest.raises(MissingMailError):
        await on_job(job, DELIVERY)
    for erasure in (Erasure(None, NOW, NOW), Erasure("a-2", None, NOW)):
        await erased.erase(erasure)
    with pytest.raises(MissingMailError):
        await on_job(job, DELIVERY)
    await erased.erase(Erasure("a-1", None, NOW))
    with pytest.raises(ExpiredError, match="the mail was erased"):
        await on_job(job, DELIVERY)

from dioptra.jobs.heartbeats import BEAT_SECONDS, SILENCE_SECONDS


def test_one_lost_heartbeat_is_no_crash() -> None:
    assert SILENCE_SECONDS > 2 * BEAT_SECONDS


def test_prefect_takes_so_many_seconds_between_beats() -> None:
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: BEAT_SECONDS}):
        assert PREFECT_FLOWS_HEARTBEAT_FREQUENCY.value() == BEAT_SECONDS

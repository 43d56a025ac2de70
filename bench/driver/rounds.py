"""Rounds: what is compared takes turns, so that what else happens on the machine meets all alike."""

from statistics import median

from .load import Sample


def take_turns(rounds, warm_up, contenders):
    """The median of each figure over all rounds, by contender. The rounds to warm up are for the JVMs' compilers."""
    samples = {name: [] for name in contenders}
    for number in range(-warm_up, rounds):
        for name, run in contenders.items():
            sample = run()
            if number >= 0:
                samples[name].append(sample)
    return {name: middle(taken) for name, taken in samples.items()}


def middle(samples):
    return Sample(
        rate=median(sample.rate for sample in samples),
        p50=median(sample.p50 for sample in samples),
        p99=median(sample.p99 for sample in samples),
        cpu={name: median(sample.cpu[name] for sample in samples) for name in samples[0].cpu},
        switches={name: median(sample.switches[name] for sample in samples) for name in samples[0].switches},
        calls=sum(sample.calls for sample in samples),
    )

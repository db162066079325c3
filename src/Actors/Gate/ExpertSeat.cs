using Akka.Actor;
using MoE.Compute.Experts;

namespace MoE.Actors.Gate;

/// <summary>An expert as its gate sees it.</summary>
internal sealed class ExpertSeat(ExpertSpec spec, IActorRef actor)
{
    /// <summary>Failures on one batch after which an expert is put out of the pool.</summary>
    public const int MaxFailures = 3;

    private long _failedAt = -1;
    private int _failures;

    public ExpertSpec Spec { get; } = spec;

    public IActorRef Actor { get; set; } = actor;

    /// <summary>Since when the expert takes rows; 0 while it starts.</summary>
    public long Epoch { get; set; }

    /// <summary>Whether the expert is there and may be restored.</summary>
    public bool IsUp { get; set; }

    /// <summary>Whether it had its state back at least once.</summary>
    public bool WasRestored { get; set; }

    /// <summary>Whether it is about to be put out of the pool; it is restored after that.</summary>
    public bool IsDropping { get; set; }

    /// <summary>Up to which snapshot its store was cleaned.</summary>
    public long CleanedTo { get; set; }

    /// <summary>Counts a failure; answers how many there were on that batch in a row.</summary>
    public int Fail(long number)
    {
        (_failures, _failedAt) = (number == _failedAt ? _failures + 1 : 1, number);
        return _failures;
    }
}

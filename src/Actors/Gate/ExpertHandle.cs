using Akka.Actor;
using MoE.Actors.Expert;
using MoE.Compute.Rosters;

namespace MoE.Actors.Gate;

/// <summary>An expert as its gate sees it.</summary>
internal sealed class ExpertHandle(Member member)
{
    /// <summary>Failures on one batch after which an expert is put out of the pool.</summary>
    public const int MaxFailures = 3;

    private long _failedAt = -1;
    private int _failures;

    /// <summary>The expert as it is after the changes so far.</summary>
    public Member Member { get; set; } = member;

    public long Key => Member.Key;

    public string Origin => Member.Origin;

    public string Id => Member.Spec.Id;

    /// <summary>The first batch that it may see.</summary>
    public long Since => Member.Since;

    /// <summary>The expert of which it began as a copy; null for none.</summary>
    public long? Parent => Member.Parent;

    /// <summary>Its actor, as far as it has said that it is there; else null.</summary>
    public IActorRef? Actor { get; set; }

    /// <summary>Since when the expert takes rows; 0 while it starts.</summary>
    public long Epoch { get; set; }

    /// <summary>Whether the expert is there and may be restored.</summary>
    public bool IsUp { get; set; }

    /// <summary>Whether it had its state back at least once.</summary>
    public bool WasRestored { get; set; }

    /// <summary>Whether it is about to be put out of the pool; it is restored after that.</summary>
    public bool IsDropping { get; set; }

    /// <summary>Whether it waits for its parent's state after batch Since - 1, with which it begins.</summary>
    public bool AwaitsParent { get; set; }

    /// <summary>
    /// What it begins as, so that it may begin again; null before its parent gave it, and once a checkpoint holds the
    /// expert.
    /// </summary>
    public InitialState? InitialState { get; set; }

    /// <summary>Whether it needs its parent, to begin or to begin again once what the device keeps is lost.</summary>
    public bool NeedsParent => AwaitsParent || InitialState is { IsOnDevice: true };

    /// <summary>The first batch that it does not see any more; it goes once the one before is mixed.</summary>
    public long LeavesFrom { get; set; } = long.MaxValue;

    /// <summary>Tells it something; nothing while its actor is not there, from which it is restored later.</summary>
    public void Tell(IWireMessage message) => Actor?.Tell(message, ActorRefs.NoSender);

    /// <summary>Counts a failure; answers how many there were on that batch in a row.</summary>
    public int Fail(long number)
    {
        (_failures, _failedAt) = (number == _failedAt ? _failures + 1 : 1, number);
        return _failures;
    }
}

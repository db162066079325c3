using MoE.Compute.Files;
using MoE.Compute.Numerics;

namespace MoE.Compute.Gating.Routing.Rules;

/// <summary>What differs between the kinds of router.</summary>
internal interface IRouterRule<L> where L : struct, ILanes<L>
{
    /// <summary>Whether every expert sees every row.</summary>
    bool AsksAll => false;

    /// <summary>Whether a bias on the choice keeps the load even.</summary>
    bool KeepsBias { get; }

    /// <summary>Changes the scores by what a row has shown.</summary>
    void Learn(RouterScores<L> scores, in RoutedRow row);

    /// <summary>Goes on with other slots; -1 in <paramref name="from"/> stands for a new member.</summary>
    void Reshape(ReadOnlySpan<int> from)
    {
    }

    /// <summary>Writes what the rule keeps beside the scores.</summary>
    void Save(StateWriter state)
    {
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    void Load(StateReader state)
    {
    }
}

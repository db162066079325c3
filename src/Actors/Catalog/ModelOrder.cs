using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Growth;

namespace MoE.Actors.Catalog;

/// <summary>Whether a model has to be there before it is opened.</summary>
internal enum ModelBeginning
{
    /// <summary>It must not be.</summary>
    New,

    /// <summary>It must be.</summary>
    Stored,

    /// <summary>It may be.</summary>
    Either,
}

/// <summary>What a model is to be opened as.</summary>
internal sealed record ModelOrder(ModelBeginning Beginning)
{
    /// <summary>Columns and options; null for those that are stored.</summary>
    public (Schema Schema, MixtureOptions Options)? Definition { get; init; }

    /// <summary>How its pool changes by itself, where the definition is the stored one.</summary>
    public GrowthOptions Growth { get; init; } = new();
}

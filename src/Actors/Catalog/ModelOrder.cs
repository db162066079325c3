using MoE.Actors.Devices;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;

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

    /// <summary>Makes its experts; null for what its options say.</summary>
    public Func<Member, IExpert>? NewExpert { get; init; }

    /// <summary>What may compute for its experts; null for what the node says.</summary>
    public DeviceOffer? Devices { get; init; }

    /// <summary>The devices that were opened for it; null for none yet.</summary>
    public OpenDevices? Open { get; init; }

    /// <summary>Who chooses the experts of big banks; null for what its devices say.</summary>
    public BankScoring? Banks { get; init; }
}

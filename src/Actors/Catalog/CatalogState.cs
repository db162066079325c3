using System.Collections.Immutable;
using static MoE.Actors.Catalog.CatalogCommands;

namespace MoE.Actors.Catalog;

/// <summary>What a node is doing with a model.</summary>
internal enum ModelPhase
{
    /// <summary>Its store is being opened.</summary>
    Starting,

    /// <summary>It runs.</summary>
    Open,

    /// <summary>It is storing its last checkpoint, or broke and lets its store go.</summary>
    Closing,

    /// <summary>It is being deleted.</summary>
    Deleting,
}

/// <summary>Which models a node has in hand, and what may be done with them. Knows no store.</summary>
internal sealed record CatalogState
{
    /// <summary>A node that has just begun.</summary>
    public static readonly CatalogState Empty = new();

    /// <summary>The models in hand, by name.</summary>
    public ImmutableSortedDictionary<string, ModelPhase> Models { get; init; } =
        ImmutableSortedDictionary<string, ModelPhase>.Empty;

    /// <summary>Whether the node is being closed.</summary>
    public bool IsClosing { get; init; }

    /// <summary>Whether nothing is left to close.</summary>
    public bool IsClosed => IsClosing && Models.IsEmpty;

    /// <summary>Why a command cannot be carried out, in one sentence; null where it can.</summary>
    public string? Refusal(IModelCommand command) => (command, PhaseOf(command.Name)) switch
    {
        (CloseModel, ModelPhase.Open or ModelPhase.Closing) => null,
        (CloseModel(var name), null) => $"Model '{name}' is not open.",
        (StartModel or DeleteModel, _) when IsClosing => "The node is being closed.",
        (StartModel or DeleteModel, null) => null,
        (DeleteModel(var name), ModelPhase.Open) => $"Model '{name}' is open; close it before it is deleted.",
        (StartModel(var name, _), ModelPhase.Open) => $"Model '{name}' is open already.",
        (_, var phase) => $"Model '{command.Name}' is being {Doing(phase)}; try again once that is done.",
    };

    /// <summary>What is being done with a model; null for nothing.</summary>
    public ModelPhase? PhaseOf(string name) => Models.TryGetValue(name, out var phase) ? phase : null;

    /// <summary>With something else being done with a model.</summary>
    public CatalogState With(string name, ModelPhase phase) => this with { Models = Models.SetItem(name, phase) };

    /// <summary>Without a model.</summary>
    public CatalogState Without(string name) => this with { Models = Models.Remove(name) };

    private static string Doing(ModelPhase? phase) => phase switch
    {
        ModelPhase.Starting => "opened",
        ModelPhase.Closing => "closed",
        _ => "deleted",
    };
}

using Akka.Actor;

namespace MoE.Actors.Catalog;

/// <summary>
/// What the catalog of a node can be told, within its process. A refusal is answered by a failure with a
/// ModelException.
/// </summary>
internal static class CatalogCommands
{
    /// <summary>Something is to be done with a model.</summary>
    public interface IModelCommand : INoSerializationVerificationNeeded
    {
        /// <summary>The model's name.</summary>
        string Name { get; }
    }

    /// <summary>Opens a model. Answered by ModelStarted; whether it can go on, its gate says.</summary>
    public sealed record StartModel(string Name, ModelOrder Order) : IModelCommand;

    /// <summary>Closes a model after a last checkpoint. Answered by ModelClosed once its store is free.</summary>
    public sealed record CloseModel(string Name) : IModelCommand;

    /// <summary>Deletes a model that is not open. Answered by ModelDeleted.</summary>
    public sealed record DeleteModel(string Name) : IModelCommand;

    /// <summary>Answered by ModelsOpen.</summary>
    public sealed record GetOpenModels : INoSerializationVerificationNeeded;

    /// <summary>Closes all models, and opens none any more. Answered by AllClosed.</summary>
    public sealed record CloseAll : INoSerializationVerificationNeeded;
}

/// <summary>What the catalog answers.</summary>
internal static class CatalogReplies
{
    /// <summary>A model runs, or comes back from its log.</summary>
    public sealed record ModelStarted(ModelLink Model) : INoSerializationVerificationNeeded;

    /// <summary>A model is closed.</summary>
    public sealed record ModelClosed(string Name) : INoSerializationVerificationNeeded;

    /// <summary>A model is gone.</summary>
    public sealed record ModelDeleted(string Name) : INoSerializationVerificationNeeded;

    /// <summary>The models that are open, by name.</summary>
    public sealed record ModelsOpen(IReadOnlyList<ModelLink> Models) : INoSerializationVerificationNeeded;

    /// <summary>No model is open any more.</summary>
    public sealed record AllClosed : INoSerializationVerificationNeeded;
}

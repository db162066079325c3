using Akka.Actor;
using Akka.Actor.Setup;
using MoE.Actors.Devices;
using MoE.Actors.Storage;

namespace MoE.Actors.Catalog;

/// <summary>What a node of a system that is somebody else's is made of.</summary>
/// <param name="store">Where the models lie.</param>
/// <param name="options">What the node is told.</param>
/// <param name="devices">The devices that are opened for its models.</param>
internal sealed class NodeSetup(IStore store, NodeOptions options, OpenDevices devices) : Setup
{
    /// <summary>Where the models lie.</summary>
    public IStore Store => store;

    /// <summary>What the node is told.</summary>
    public NodeOptions Options => options;

    /// <summary>The devices that are opened for its models.</summary>
    public OpenDevices Devices => devices;
}

/// <summary>The one node of a system.</summary>
internal sealed class NodeExtension : ExtensionIdProvider<Node>
{
    /// <summary>The node of a system.</summary>
    /// <exception cref="InvalidOperationException">The system was made without one.</exception>
    public static Node Of(ActorSystem system) => system.WithExtension<Node, NodeExtension>();

    /// <inheritdoc/>
    public override Node CreateExtension(ExtendedActorSystem system) =>
        system.Settings.Setup.Get<NodeSetup>() is { HasValue: true, Value: var setup }
            ? new Node(system, setup.Store, setup.Options, setup.Devices, isShared: true)
            : throw new InvalidOperationException(
                $"The actor system '{system.Name}' holds no models; call {nameof(MixtureHosting.AddMixture)} where it "
                + "is set up.");
}

using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Setup;
using MoE.Actors.Devices;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Rosters;

namespace MoE.Actors.Nodes;

/// <summary>What a node is started with that its models share, and that no message can hold.</summary>
internal sealed class PartsSetup : Setup
{
    /// <summary>Makes an expert as it is before the first row. Default: as its kind says.</summary>
    public Func<Member, Schema, IExpert> NewExpert { get; init; } = (member, schema) => member.Create(schema);

    /// <summary>Looks for what may compute for experts, once. Default: the CPU alone.</summary>
    public Func<DeviceOffer> FindDevices { get; init; } = () => DeviceOffer.Cpu;

    /// <summary>What chooses the experts of big banks; null for the CPU, or for what a device's trial finds.</summary>
    public BankScoring? Banks { get; init; }

    /// <summary>The folder that the node's models are stored in; null for none.</summary>
    public string? DataDirectory { get; init; }
}

/// <summary>What the models of one node share. One a node, wherever an actor asks for it.</summary>
internal sealed class NodeParts : IExtension
{
    private readonly ExtendedActorSystem _system;
    private readonly PartsSetup _setup;
    private readonly Lazy<DeviceOffer> _offer;
    private readonly ConcurrentDictionary<string, Lazy<IActorRef>> _devices = [];

    private NodeParts(ExtendedActorSystem system)
    {
        _system = system;
        _setup = system.Settings.Setup.Get<PartsSetup>() is { HasValue: true } given ? given.Value : new PartsSetup();
        _offer = new Lazy<DeviceOffer>(_setup.FindDevices);
    }

    /// <summary>What may compute for experts; looked for when it is first asked for, which may take a while.</summary>
    /// <exception cref="Compute.InvalidOptionsException">The device that the options name is not there.</exception>
    public DeviceOffer Devices => _offer.Value;

    /// <inheritdoc cref="PartsSetup.Banks"/>
    public BankScoring? Banks => _setup.Banks;

    /// <inheritdoc cref="PartsSetup.DataDirectory"/>
    public string? DataDirectory => _setup.DataDirectory;

    /// <summary>Whether actors of this node may give each other live objects where a copy would do, too.</summary>
    public bool GivesObjects => !_system.Settings.SerializeAllMessages;

    /// <summary>The parts of an actor system's node.</summary>
    public static NodeParts Of(ActorSystem system) => system.WithExtension<NodeParts, Provider>();

    /// <summary>An expert as it is before the first row.</summary>
    public IExpert NewExpert(Member member, Schema schema) => _setup.NewExpert(member, schema);

    /// <summary>
    /// What drives a device of this node for all of its models, by the device's name; begun when it is first asked for.
    /// </summary>
    /// <exception cref="InvalidOperationException">The node does not have this device.</exception>
    public IActorRef Device(string name) => _devices.GetOrAdd(name, _ => new(() => Start(name))).Value;

    private IActorRef Start(string name) => Devices.Devices.FirstOrDefault(device => device.Name == name) is { } found
        ? _system.SystemActorOf(DeviceActor.Props(found), $"moe-device-{name}")
        : throw new InvalidOperationException($"This node has no device {name}.");

    /// <summary>Makes the parts, once for each actor system.</summary>
    internal sealed class Provider : ExtensionIdProvider<NodeParts>
    {
        /// <inheritdoc/>
        public override NodeParts CreateExtension(ExtendedActorSystem system) => new(system);
    }
}

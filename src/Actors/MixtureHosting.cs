using System.Globalization;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using MoE.Actors.Catalog;
using MoE.Actors.Devices;
using MoE.Actors.Nodes;
using MoE.Actors.Storage;

namespace MoE.Actors;

/// <summary>Makes an actor system of Akka.Hosting a node that holds models.</summary>
public static class MixtureHosting
{
    /// <summary>Models that may be open at once where each has connections of its own.</summary>
    private const int MostModels = 64;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Has the system hold models: <see cref="ModelCatalog.Of"/> opens them. The store is taken when the host starts,
    /// and all models are closed when it stops. What the log tells goes to the host's logger, unless the configuration
    /// of the system names other loggers.
    /// </summary>
    /// <param name="builder">The system.</param>
    /// <param name="options">Where the models are stored; null for memory.</param>
    /// <exception cref="Compute.InvalidOptionsException">An option is out of its range.</exception>
    public static AkkaConfigurationBuilder AddMixture(
        this AkkaConfigurationBuilder builder, NodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var node = (options ?? new NodeOptions()).Validated();
        var store = IStore.Of(node.Durability, MostModels);
        builder.AddHocon(Hocon.Read("hosted.hocon"), HoconAddMode.Append);
        builder.AddHocon(Hocon.Over(store), HoconAddMode.Append);
        builder.AddHocon(ShutdownOf(node), HoconAddMode.Append);
        foreach (var setup in store.Setups)
            builder.AddSetup(setup);
        var devices = new OpenDevices();
        builder.AddSetup(new PartsSetup
        {
            FindDevices = () => DeviceOffer.Find(node.Compute, devices),
            DataDirectory = node.Durability.DataDirectory,
        });
        builder.AddSetup(new NodeSetup(store, node, devices));
        return builder.AddStartup((system, _) => NodeExtension.Of(system).Start());
    }

    /// <summary>Has services ask for the <see cref="ModelCatalog"/> of the system that they are given.</summary>
    public static IServiceCollection AddModelCatalog(this IServiceCollection services) =>
        services.AddSingleton(provider => ModelCatalog.Of(provider.GetRequiredService<ActorSystem>()));

    private static Akka.Configuration.Config ShutdownOf(NodeOptions node) => Hocon.Parse(
        $"akka.coordinated-shutdown.phases.{CoordinatedShutdown.PhaseServiceStop}.timeout = "
        + string.Create(CultureInfo.InvariantCulture, $"{(node.CloseTimeout + Grace).TotalMilliseconds:0}ms"));
}

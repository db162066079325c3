using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MoE.Compute.Gpu.Devices;

namespace MoE.Actors.Tests.Hosting;

/// <summary>A generic host whose actor system holds models.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly IHost _host;

    private TestNode(IHost host) => _host = host;

    public ModelCatalog Catalog => _host.Services.GetRequiredService<ModelCatalog>();

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <summary>What the host's logger was told.</summary>
    public required HeardLog Log { get; init; }

    public static async Task<TestNode> StartAsync(DurabilityOptions? durability = null)
    {
        var heard = new HeardLog();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(heard);
        builder.Services.AddModelCatalog().AddAkka("models", akka => akka.AddMixture(new NodeOptions
        {
            Durability = durability ?? new DurabilityOptions(),
            Compute = new ComputeOptions { Device = ComputeOptions.Cpu },
        }));
        var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }
        return new TestNode(host) { Log = heard };
    }

    /// <summary>Stops the host as an application does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

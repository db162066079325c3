using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MoE.Compute;
using Xunit;

namespace MoE.Actors.Tests.Hosting;

/// <summary>The example of docs/quickstart.md; a test of style compares its lines with the page.</summary>
public sealed class QuickstartTests
{
    [Fact]
    public async Task The_host_of_the_quickstart_creates_a_model_and_opens_it_again()
    {
        using var folder = new TestFolder();
        var (models, stop, args) = (folder.Path, CancellationToken.None, Array.Empty<string>());
        var (schema, options) = (new SeededRows(0).Schema, new MixtureOptions());
        foreach (var isNew in (bool[])[true, false])
        {
            var builder = Host.CreateApplicationBuilder(args);
            builder.Services.AddModelCatalog().AddAkka("moe", akka => akka.AddMixture(
                new NodeOptions { Durability = new DurabilityOptions { DataDirectory = models } }));

            using var host = builder.Build();
            await host.StartAsync(stop);
            var catalog = host.Services.GetRequiredService<ModelCatalog>();
            var prices = isNew
                ? await catalog.CreateAsync("prices", schema, options, stop)
                : await catalog.OpenAsync("prices", stop);
            await prices.LearnAsync(new SeededRows(isNew ? 500 : 0), _ => { }, stop);
            Assert.Equal(495, (await prices.ReportAsync()).Scores.Rows);
            await host.StopAsync(stop);
        }
    }
}

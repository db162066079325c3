using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;

namespace MoE.Compute.Tests.Growth;

/// <summary>
/// A small mixture that learns a stream of which the classes change at a third and at two thirds, or another one.
/// </summary>
internal sealed class GrowingMixture
{
    public const int Rows = 24_000;

    private readonly IRowSource _source;

    public GrowingMixture(GrowthOptions growth, string stream = "sea-recurring")
    {
        _source = Generators.Create(stream, new GeneratorOptions { Rows = Rows });
        Mixture = new Mixture(_source.Schema, Options with { Growth = growth });
    }

    public static MixtureOptions Options { get; } = new()
    {
        Window = 4,
        Router = new RouterOptions { TopK = 2 },
        Pool =
        [
            new("fern", ExpertRole.Shared, "fern count=20 depth=5 rate=0.1"),
            new("plain", ExpertRole.Shared, "mlp input=z hidden=8 rate=0.05"),
            new("averaged", ExpertRole.Shared, "mlp input=z hidden=8 optimizer=adam rate=0.003 average=0.003"),
            .. Enumerable.Range(1, 4).Select(
                i => new ExpertSpec($"bank-{i}", ExpertRole.Routed, "mlp input=z hidden=8 rate=0.05")),
        ],
    };

    public Mixture Mixture { get; private set; }

    public List<RosterChange> Changes { get; } = [];

    public List<string> Drifts { get; } = [];

    /// <summary>Learns up to a row; answers itself.</summary>
    public GrowingMixture LearnTo(int rows, Action? afterBatch = null)
    {
        while (Mixture.Gate.Scores().Rows < rows && _source.Read(64) is { } batch)
        {
            var predictions = Mixture.Learn(batch);
            Changes.AddRange(predictions.Changes);
            Drifts.AddRange(predictions.Drifts);
            afterBatch?.Invoke();
        }
        return this;
    }

    /// <summary>Goes on as a file would have it do, under other options of growth or the same.</summary>
    public void Reload(GrowthOptions? growth = null)
    {
        var model = Mixture.ToModelFile();
        Mixture = Mixture.From(model with
        {
            Options = model.Options with { Growth = growth ?? model.Options.Growth },
        });
    }
}

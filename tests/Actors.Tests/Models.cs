using Akka.Configuration;
using MoE.Actors.Devices;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating.Routing.Banks;
using MoE.Compute.Growth;
using MoE.Compute.Rosters;

namespace MoE.Actors.Tests;

/// <summary>Small mixtures to test with.</summary>
internal static class Models
{
    public static readonly MixtureOptions Options = new()
    {
        Growth = GrowthOptions.Off,
        Batch = 16,
        Window = 4,
        MaxClasses = 8,
        Pool =
        [
            new("hat", ExpertRole.Shared, "mlp input=hat hidden=16"),
            new("fern", ExpertRole.Shared, "fern count=8 depth=3"),
            new("memory", ExpertRole.Shared, "memory size=64 near=4 wide=8"),
            .. Enumerable.Range(1, 6).Select(i => new ExpertSpec($"bank-{i}", ExpertRole.Routed, "mlp input=z hidden=8")),
        ],
    };

    public static readonly DurabilityOptions Memory = new();

    public static IExpert NewExpert(ExpertSpec spec) => ExpertKinds.Create(spec, new SeededRows(0).Schema, Options.Seed);

    public static IExpert NewExpert(Member member) => member.Create(new SeededRows(0).Schema);

    public static string SingleFingerprint(int rows)
    {
        var (source, mixture) = (new SeededRows(rows), new Mixture(new SeededRows(0).Schema, Options));
        while (source.Read(Options.Batch) is { } batch)
            mixture.Learn(batch);
        return mixture.Fingerprint();
    }

    /// <summary>The source row with which a number of whole batches ends.</summary>
    public static int EndOf(int batches) =>
        Enumerable.Range(1, int.MaxValue).First(rows => rows - (rows / 97) == batches * Options.Batch);

    /// <summary>Opens, learns from where the model stands up to row <paramref name="rows"/>, reports, closes.</summary>
    public static async Task<MixtureReport> LearnAsync(
        int rows, DurabilityOptions? durability = null, Func<Member, IExpert>? newExpert = null, Config? overrides = null)
    {
        await using var mixture = await StartAsync(durability, newExpert, overrides);
        using var source = new SeededRows(rows);
        await SkipAsync(mixture, source);
        await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
        return await mixture.ReportAsync();
    }

    /// <summary>Has a source go to where the model stands in it.</summary>
    public static async Task<SourceProgress> SkipAsync(LocalMixture mixture, IRowSource source)
    {
        var progress = await mixture.ProgressAsync(source.Id, CancellationToken.None);
        source.SkipTo(progress.Offset);
        return progress;
    }

    public static Task<LocalMixture> StartAsync(
        DurabilityOptions? durability = null, Func<Member, IExpert>? newExpert = null, Config? overrides = null,
        DeviceSettings? device = null, DeviceOffer? offer = null, BankScoring? banks = null) =>
        LocalMixture.StartAsync(new SeededRows(0).Schema, Options, durability ?? Memory, newExpert ?? NewExpert,
            (overrides ?? Config.Empty).WithFallback(Wire.Config), CancellationToken.None,
            device is null ? offer : DeviceOffer.Of(device), banks: banks);
}

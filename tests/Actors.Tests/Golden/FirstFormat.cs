using Akka.Configuration;
using MoE.Actors.Inspection;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using MoE.Compute.Experts;
using MoE.Compute.Growth;

namespace MoE.Actors.Tests.Golden;

/// <summary>What the golden files of format 1 hold, and how they were made.</summary>
internal static class FirstFormat
{
    /// <summary>Rows behind which the files have their checkpoints, and with which their log ends.</summary>
    public const int OlderRows = 320;
    public const int NewerRows = 480;
    public const int LastRows = 560;

    /// <summary>Rows to which the tests learn on.</summary>
    public const int AllRows = 800;

    public static readonly MixtureOptions Options = new()
    {
        Growth = GrowthOptions.Off,
        Batch = 16,
        Window = 4,
        MaxClasses = 4,
        Pool =
        [
            new("fern", ExpertRole.Shared, "fern count=4 depth=3"),
            new("memory", ExpertRole.Shared, "memory size=32 near=4 wide=8"),
            new("bank", ExpertRole.Routed, "mlp input=z hidden=4"),
        ],
    };

    public static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    public static DurabilityOptions Durable(string folder) =>
        new() { DataDirectory = folder, CheckpointInterval = TimeSpan.FromHours(1) };

    public static IRowSource Rows(int rows, long learned = 0) => new LimitedSource(
        Generators.Create("agrawal", new GeneratorOptions { Seed = 1, Rows = AllRows }), rows, learned);

    /// <summary>Opens the model of a folder.</summary>
    public static Task<LocalMixture> OpenAsync(string folder) => LocalMixture.StartAsync(
        Rows(1).Schema, Options, Durable(folder), null, Quiet, CancellationToken.None);

    /// <summary>Learns on to a row; answers the fingerprint there.</summary>
    public static async Task<string> LearnAsync(LocalMixture mixture, int rows)
    {
        var progress = await mixture.ProgressAsync(Rows(1).Id, CancellationToken.None);
        using var source = Rows(rows, progress.SourceRows);
        source.SkipTo(progress.Offset);
        await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
        return (await mixture.ReportAsync()).Fingerprint;
    }

    /// <summary>The fingerprint of a mixture that learned without a stop and was stored nowhere.</summary>
    public static string Unbroken(int rows)
    {
        using var source = Rows(rows);
        var mixture = new Mixture(source.Schema, Options);
        while (source.Read(Options.Batch) is { } batch)
            mixture.Learn(batch);
        return mixture.Fingerprint();
    }

    /// <summary>Makes such files: two checkpoints, batches behind the newer one, and that one as a model file.</summary>
    public static async Task MakeAsync(TestFolder folder)
    {
        using var live = new TestFolder();
        foreach (var rows in (int[])[OlderRows, NewerRows])
        {
            await using var mixture = await OpenAsync(live.Path);
            await LearnAsync(mixture, rows);
        }
        var stored = await ModelStore.ReadAsync(Durable(live.Path), CancellationToken.None);
        stored.NewestWhole!.Write(Path.Combine(folder.Path, "model.moe"));
        await using var last = await OpenAsync(live.Path);
        await LearnAsync(last, LastRows);
        live.CopyTo(folder);                                 // as a kill leaves it: the last batches only in the log
    }
}

using Akka.Configuration;
using MoE.Actors.Inspection;
using MoE.Actors.Tests.Inspection;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Growth;
using MoE.Compute.ModelFiles;
using MoE.Compute.Rosters;
using Xunit;

namespace MoE.Actors.Tests;

/// <summary>Every kind of expert goes through every command, and after each the whole pool through a model file.</summary>
public sealed class EveryCommandTests : IDisposable
{
    private const int BatchesPerStep = 4;

    private static readonly Config Quiet = ConfigurationFactory.ParseString("akka.loglevel = OFF");

    /// <summary>Growth looks at what is archived every 256 rows, and has room for all that the commands archive.</summary>
    private static readonly MixtureOptions Options = Models.Options with
    {
        Pool =
        [
            .. ExpertKinds.Names.Select(kind => new ExpertSpec(kind, ExpertRole.Shared, Small(kind))),
            .. Models.Options.Pool.Where(spec => spec.Role == ExpertRole.Routed),
        ],
        Growth = new GrowthOptions { Interval = 256, Budget = 16 },
    };

    /// <summary>
    /// What happens to each kind before the next rows, in this order; KIND stands for its name and TEXT for its options.
    /// </summary>
    private static readonly string[][] Steps =
    [
        ["add --clone KIND --role archived --id KIND-old", "add TEXT --role routed --id KIND-new"],
        ["add --clone KIND --noise 0.01 --id KIND-copy", "add TEXT --frozen --seed 5 --id KIND-idle"],
        ["freeze KIND-copy"],
        ["thaw KIND-copy"],
        ["demote KIND-copy", "demote KIND-old"],
        ["promote KIND-new", "thaw KIND-old"],
        ["rename KIND-copy KIND-other", "promote KIND-old"],
        ["retire KIND-new", "thaw KIND-idle"],
        ["add --clone KIND-old --id KIND-late", "retire KIND"],
    ];

    private readonly TestFolder _folder = new();
    private int _batches;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_steps_are_all_commands_that_there_are() => Assert.Equal(
        RosterText.Verbs.Order(),
        Steps.SelectMany(lines => lines).Select(line => line.Split(' ')[0]).Distinct().Order());

    [Fact]
    public async Task Every_kind_goes_through_every_command_and_through_a_model_file_after_each()
    {
        var single = new Mixture(new SeededRows(0).Schema, Options);
        var rows = new SeededRows(int.MaxValue);
        await using (var first = await StartAsync(_folder))
            await LearnAsync(first, single, rows);           // so that a checkpoint is behind the rest
        await using (var mixture = await StartAsync(_folder))
        {
            foreach (var lines in Steps)
            {
                foreach (var line in lines.SelectMany(line => ExpertKinds.Names.Select(kind => Line(line, kind))))
                    await ChangeAsync(mixture, single, line);
                await ExportAndImportAsync(string.Join("; ", lines), await mixture.ReportAsync());
                await LearnAsync(mixture, single, rows);
            }
            var report = await mixture.ReportAsync();
            await ExportAndImportAsync("the last rows", report);
            Assert.Equal(single.Roster.Members, report.Roster.Members);
            Assert.Equal(single.Fingerprint(), report.Fingerprint);
            Assert.Contains(report.Roster.Members, member => member.Mode == ExpertMode.Frozen);
            await mixture.AbortAsync();
        }
        await using (var again = await StartAsync(_folder))
            Assert.Equal(single.Fingerprint(), (await again.ReportAsync()).Fingerprint);
        var verification = Verification.Of(await StoredModels.ReadAsync(_folder));
        Assert.True(verification.Holds, $"{verification}");
        Assert.Equal(single.Fingerprint(), verification.LastFingerprint);
    }

    private static string Small(string kind) => kind switch
    {
        "mlp" => "mlp hidden=8 average=0.01",
        "deep" => "deep hidden=8 second=8 minibatch=5",
        "cross" => "cross bits=8 pairs=4",
        "fern" => "fern count=4 depth=3",
        "memory" => "memory size=32 wide=8",
        _ => kind,                                           // one that is new: as it is by default
    };

    private static string Line(string line, string kind) => line
        .Replace("TEXT", Small(kind), StringComparison.Ordinal).Replace("KIND", kind, StringComparison.Ordinal);

    private static async Task ChangeAsync(LocalMixture mixture, Mixture single, string line)
    {
        List<string> problems = [];
        var command = RosterText.Parse(line, problems);
        Assert.Empty(problems);
        var change = await mixture.ChangeAsync(command!, CancellationToken.None);
        Assert.NotNull(change);
        Assert.Equal(change, single.Change(command!));
    }

    private async Task LearnAsync(LocalMixture mixture, Mixture single, SeededRows rows)
    {
        _batches += BatchesPerStep;
        using var source = new SeededRows(Models.EndOf(_batches));
        await Models.SkipAsync(mixture, source);
        await mixture.LearnAsync(source, _ => { }, CancellationToken.None);
        for (var i = 0; i < BatchesPerStep; i++)
            single.Learn(rows.Read(Options.Batch)!);
    }

    /// <summary>Takes the store as a kill would leave it now, and moves the model by way of a file.</summary>
    private async Task ExportAndImportAsync(string step, MixtureReport expected)
    {
        using var killed = new TestFolder();
        using var copy = new TestFolder();
        _folder.CopyTo(killed);
        var latest = LatestModel.Of(await StoredModels.ReadAsync(killed), Options.Growth)!;
        var path = Path.Combine(killed.Path, "model.moe");
        latest.Model.Write(path);
        await StoredModels.ImportAsync(ModelFile.Read(path), copy);
        await using var imported = await StartAsync(copy);
        var report = await imported.ReportAsync();
        Assert.Equal((step, null, expected.Fingerprint), (step, latest.Left, report.Fingerprint));
        Assert.Equal(expected.Roster.Members, report.Roster.Members);
    }

    private static Task<LocalMixture> StartAsync(TestFolder folder) => LocalMixture.StartAsync(
        new SeededRows(0).Schema, Options, StoredModels.Durable(folder) with { Sync = JournalSync.Os }, null, Quiet,
        CancellationToken.None);
}

using System.Globalization;
using Xunit;
using Xunit.Abstractions;

namespace MoE.Actors.Tests.Losses;

/// <summary>
/// Whatever happens to the files of a data directory: what was acknowledged is there, or its loss is told before a row
/// is learned. MOE_DAMAGES says how many damages of each kind are tried; <see cref="Few"/> without it.
/// </summary>
public sealed class SilentLossTests(KilledDirectories directories, ITestOutputHelper output)
    : IClassFixture<KilledDirectories>
{
    private const int Few = 3;

    private static int Damages => Environment.GetEnvironmentVariable("MOE_DAMAGES") is { Length: > 0 } text
        ? int.Parse(text, CultureInfo.InvariantCulture)
        : Few;

    public static TheoryData<DamageKind> Kinds => [.. Enum.GetValues<DamageKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_acknowledged_row_is_lost_in_silence(DamageKind kind)
    {
        var seed = Environment.TickCount;
        var (damage, ends) = (new LossDamage(directories, new Random(seed)), new List<LossEnd>());
        for (var i = 0; i < Damages; i++)
        {
            using var folder = new TestFolder();
            var (before, what) = damage.Inflict(kind, folder);
            ends.Add(await LossEnd.OfAsync(folder, before, what, directories));
        }
        output.WriteLine($"{kind}, {Damages} damages (seed {seed}): {ends.Count(e => e.Refusal is not null)} refused, "
            + $"{ends.Count(e => e.Refusal is null && e.IsShort)} went on with less and said so, "
            + $"{ends.Count(e => e is { Refusal: null, IsShort: false, Warnings.Count: > 0 })} warned and lost nothing, "
            + $"{ends.Count(e => e is { Refusal: null, IsShort: false, Warnings.Count: 0 })} lost nothing");
        Assert.All(ends, end => Assert.True(end.Fault is null, $"seed {seed}: {end}"));
    }

    [Fact]
    public async Task A_copy_of_the_whole_directory_is_whole_however_old_it_is()
    {
        foreach (var copy in directories.All)
        {
            using var folder = new TestFolder();
            copy.Folder.CopyTo(folder);
            var end = await LossEnd.OfAsync(folder, copy, "none", directories);
            Assert.True(end is { Fault: null, Refusal: null, IsShort: false, Warnings: [], Told: [] }, $"{end}");
        }
    }
}

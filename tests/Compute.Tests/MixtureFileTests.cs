using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Compute.ModelFiles;
using MoE.Compute.Tests.Experts;
using MoE.Compute.Tests.Gating;
using Xunit;

namespace MoE.Compute.Tests;

public sealed class MixtureFileTests : IDisposable
{
    private const int Rows = 50;

    private static readonly MixtureOptions Options = RowStream.Options with
    {
        Pool =
        [
            .. Pools.EveryKind.Cast<object[]>()
                .Select((kind, i) => new ExpertSpec($"shared-{i}", ExpertRole.Shared, (string)kind[0])),
            .. RowStream.Options.Pool.Where(e => e.Role == ExpertRole.Routed),
        ],
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("moe-mixture-").FullName;

    private string FilePath => Path.Combine(_folder, "a.moe");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Saved_at_row_500_and_loaded_it_learns_on_to_the_same_bits()
    {
        var expected = Learned(Batches(20)).Fingerprint();
        Learned(Batches(10)).Save(FilePath);
        var loaded = Mixture.Load(FilePath, Options.Growth);
        Learn(loaded, Batches(20).Skip(10));
        Assert.Equal(expected, loaded.Fingerprint());
        Assert.Equal(1000, loaded.Gate.Scores().Rows);
    }

    [Fact]
    public void A_loaded_mixture_is_the_saved_one()
    {
        var mixture = Learned(Batches(10));
        SourcePosition[] sources = [new(SourceId.Named("rows"), 500, 500)];
        mixture.Save(FilePath, sources);
        var loaded = Mixture.Load(FilePath, Options.Growth);
        Assert.Equal(mixture.Fingerprint(), loaded.Fingerprint());
        Assert.Equal(mixture.Schema, loaded.Schema);
        Assert.Equivalent(mixture.Options, loaded.Options, strict: true);
        Assert.Equal(mixture.Terms, loaded.Terms);
        Assert.Equal(mixture.Gate.Scores(), loaded.Gate.Scores());
        Assert.Equal((10, 500), (loaded.Gate.Mixed, loaded.Offset));
        Assert.Equal(sources, ModelFile.Read(FilePath).Progress.Sources);
    }

    [Fact]
    public void A_mixture_that_has_seen_nothing_is_saved_and_loaded_too()
    {
        new Mixture(Schema, Options).Save(FilePath);
        var loaded = Mixture.Load(FilePath, Options.Growth);
        Learn(loaded, Batches(5));
        Assert.Equal(Learned(Batches(5)).Fingerprint(), loaded.Fingerprint());
    }

    [Fact]
    public void A_dropped_expert_stays_dropped_in_the_loaded_mixture()
    {
        var unbroken = Dropped();
        Learn(unbroken, Batches(20));
        var saved = Dropped();
        Learn(saved, Batches(10));
        saved.Save(FilePath);
        var loaded = Mixture.Load(FilePath, Options.Growth);
        Assert.Equal(saved.Dropped, loaded.Dropped);
        Learn(loaded, Batches(20).Skip(10));
        Assert.Equal(unbroken.Fingerprint(), loaded.Fingerprint());
        Assert.NotEqual(Learned(Batches(20)).Fingerprint(), loaded.Fingerprint());

        // one is out before the file is written, the other after that
        static Mixture Dropped()
        {
            var mixture = new Mixture(Schema, Options);
            mixture.Drop(new("shared-5", 8, "it failed"));
            mixture.Drop(new("bank-2", 15, "it failed, too"));
            return mixture;
        }
    }

    [Fact]
    public void A_dropped_expert_counts_as_not_knowing_and_learns_no_more()
    {
        var (mixture, gate) = (new Mixture(Schema, Options), new Gate(Schema, Options));
        var experts = Options.Pool.Select(spec => ExpertKinds.Create(spec, Schema, Options.Seed)).ToList();
        mixture.Drop(new("shared-0", 3, "?"));
        foreach (var rows in Batches(6))
        {
            var batch = gate.Encode(rows);
            float[]?[] answers = [.. experts.Select(
                (expert, e) => e == 0 && batch.Number >= 3 ? null : batch.Run(expert, e))];
            Assert.Equal(gate.Mix(batch, answers).Probabilities, mixture.Learn(rows).Probabilities);
        }
        Assert.Equal(Fingerprints.Combine([Fingerprints.Of(gate.SaveEncoding), Fingerprints.Of(gate.SaveMixing),
            .. experts.Select(e => Fingerprints.Of(e.Save))]), mixture.Fingerprint());
    }

    [Fact]
    public void Only_an_expert_of_the_pool_is_dropped_once_and_from_a_later_batch_on()
    {
        var mixture = Learned(Batches(3));
        Assert.StartsWith("There is no expert 'x'.",
            Assert.Throws<ArgumentException>(() => mixture.Drop(new("x", 9, "?"))).Message, StringComparison.Ordinal);
        Assert.StartsWith("Expert 'bank-1' cannot leave the pool from batch 3 on, because batch 3 was learned already; ",
            Assert.Throws<ArgumentException>(() => mixture.Drop(new("bank-1", 3, "?"))).Message,
            StringComparison.Ordinal);
        mixture.Drop(new("bank-1", 4, "first"));
        mixture.Drop(new("bank-1", 5, "second"));
        Assert.Equal([new DroppedExpert("bank-1", 4, "first")], mixture.Dropped);
    }

    [Fact]
    public void An_image_that_does_not_fit_is_told_with_its_part()
    {
        var model = Learned(Batches(4)).ToModelFile();
        Assert.StartsWith("The model: the image of expert 'shared-1' is damaged: State image ends at byte 9; ",
            Refusal(model with { Experts = [model.Experts[0], new byte[9], .. model.Experts.Skip(2)] }),
            StringComparison.Ordinal);
        Assert.StartsWith("The model: the image of the gate is damaged: State image ", Refusal(
            model with { Gate = new byte[16] }), StringComparison.Ordinal);
        Assert.StartsWith(
            "The model: the image of the gate is damaged: it is of batch 4; that of batch 5 was expected; ",
            Refusal(model with { Progress = model.Progress with { LastBatch = 5 } }), StringComparison.Ordinal);
        var longer = model with
        {
            Name = "a.moe",
            Experts = [(byte[])[.. model.Experts[0].Span, 0], .. model.Experts.Skip(1)],
        };
        Assert.StartsWith("a.moe: the image of expert 'shared-0' is damaged: State image before byte ",
            Refusal(longer), StringComparison.Ordinal);
    }

    [Fact]
    public void An_expert_without_an_image_begins_afresh()
    {
        var fresh = new Mixture(Schema, Options);
        var model = fresh.ToModelFile();
        var loaded = Mixture.From(model with { Experts = [.. model.Experts.Select(_ => ReadOnlyMemory<byte>.Empty)] });
        Assert.Equal(fresh.Fingerprint(), loaded.Fingerprint());
    }

    private static Schema Schema => new RowStream(3, 1, 5, 1).Schema;

    private static string Refusal(ModelFile model) =>
        Assert.Throws<ModelFileException>(() => Mixture.From(model)).Message;

    private static List<RowBatch> Batches(int count)
    {
        var stream = new RowStream(3, 1, 5, 1);
        return [.. Enumerable.Range(0, count).Select(_ => stream.Next(Rows))];
    }

    private static Mixture Learned(IEnumerable<RowBatch> batches)
    {
        var mixture = new Mixture(Schema, Options);
        Learn(mixture, batches);
        return mixture;
    }

    private static void Learn(Mixture mixture, IEnumerable<RowBatch> batches)
    {
        foreach (var rows in batches)
            mixture.Learn(rows);
    }
}

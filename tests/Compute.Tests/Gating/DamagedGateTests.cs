using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.Tests.Files;
using Xunit;

namespace MoE.Compute.Tests.Gating;

/// <summary>Whatever the bytes that a gate is loaded from, it refuses them or goes on.</summary>
public sealed class DamagedGateTests
{
    private const long Room = 1 << 20;

    private static readonly RowStream Stream = new(3, 1, 5, 1);
    private static readonly (byte[] Encoding, byte[] Mixing) Image = Learned();
    private static readonly RowBatch Next = Stream.Next(40);

    [Fact]
    public void A_damaged_encoding_is_refused_or_the_gate_predicts_and_learns() =>
        Damage.Of(Image.Encoding).Sample(bytes => LoadAndGoOn(bytes, Image.Mixing), iter: 800);

    [Fact]
    public void A_damaged_mixing_is_refused_or_the_gate_predicts_and_learns() =>
        Damage.Of(Image.Mixing).Sample(bytes => LoadAndGoOn(Image.Encoding, bytes), iter: 800);

    [Theory]
    [InlineData(0, "b", "a name of column 0 was found twice, or in a column of numbers.")]
    [InlineData(4, "b", "holds the number 4; -1 to 3 was expected.")]
    [InlineData(Term.Class, "a", "a name of column -1 was found twice, or in a column of numbers.")]
    public void A_name_that_cannot_be_is_refused(int column, string text, string reason)
    {
        var state = new StateWriter();
        state.Write(0L);
        state.Write(2L);
        state.Write((long)Term.Class);
        state.Write("a");
        state.Write((long)column);
        state.Write(text);
        var error = Assert.Throws<InvalidDataException>(
            () => new Gate(Stream.Schema, RowStream.Options).LoadEncoding(new StateReader(state.ToArray())));
        Assert.EndsWith(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mixing_after_another_batch_than_the_encoding_is_refused()
    {
        var gate = new Gate(Stream.Schema, RowStream.Options);
        var error = Assert.Throws<InvalidDataException>(() => gate.LoadMixing(new StateReader(Image.Mixing)));
        Assert.EndsWith("the mixing after batch 10 was found; that after batch 0 was expected.", error.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "holds numbers.")]
    [InlineData(4, "0 to 3 were expected.")]
    [InlineData(-2, "0 to 3 were expected.")]
    public void A_batch_with_a_name_in_no_column_of_names_is_refused(int column, string reason) =>
        Assert.EndsWith(reason, new Gate(Stream.Schema, RowStream.Options).Problem(
            new RowBatch { Values = [], Targets = [], NextOffset = 0, NewTerms = [new Term(column, "x")] }),
            StringComparison.Ordinal);

    private static void LoadAndGoOn(byte[] encoding, byte[] mixing)
    {
        var gate = new Gate(Stream.Schema, RowStream.Options);
        string? refusal = null;
        var allocated = Allocations.Of(() => refusal = Damage.Refusal(() =>
        {
            gate.LoadEncoding(new StateReader(encoding));
            gate.LoadMixing(new StateReader(mixing));
        }));
        Assert.InRange(allocated, 0, Room);
        if (refusal is not null || gate.Problem(Next) is not null)
            return;
        Learn(gate, Experts(), Next);
        Assert.True(gate.Scores().Rows >= 40);
        Assert.Equal(RowStream.Options.Pool.Count, gate.ExpertScores().Count);
    }

    private static (byte[] Encoding, byte[] Mixing) Learned()
    {
        var (gate, experts) = (new Gate(Stream.Schema, RowStream.Options), Experts());
        for (var i = 0; i < 10; i++)
            Learn(gate, experts, Stream.Next(40));
        var (encoding, mixing) = (new StateWriter(), new StateWriter());
        gate.SaveEncoding(encoding);
        gate.SaveMixing(mixing);
        return (encoding.ToArray(), mixing.ToArray());
    }

    private static IExpert[] Experts() =>
        [.. RowStream.Options.Pool.Select(spec => ExpertKinds.Create(spec, Stream.Schema, 1))];

    private static void Learn(Gate gate, IExpert[] experts, RowBatch rows)
    {
        var batch = gate.Encode(rows);
        gate.Mix(batch, [.. experts.Select((expert, e) => batch.Run(expert, e))]);
    }
}

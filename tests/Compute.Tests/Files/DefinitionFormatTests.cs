using CsCheck;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.ModelFiles;
using MoE.Compute.Tests.Gating;
using Xunit;

namespace MoE.Compute.Tests.Files;

public sealed class DefinitionFormatTests
{
    private static readonly RowStream Stream = new(3, 1, 5, 1);

    [Fact]
    public void The_second_format_brings_every_option_back() =>
        Gen.Select(Gen.Enum<RouterKind>(), Gen.Float[0f, 1f], Gen.OneOf(Gen.Const(0f), Gen.Float[1f, 100f])).Sample(
            (kind, auxiliary, capacity) =>
            {
                var router = new RouterOptions { Kind = kind, Auxiliary = auxiliary, Capacity = capacity, TopK = 7 };
                var state = new StateReader(Image(RowStream.Options with { Router = router }));
                var (schema, options) = DefinitionFormat.ReadV2(state);
                state.End();
                Assert.Equal(router, options.Router);
                Assert.Equal(RowStream.Options.Pool, options.Pool);
                Assert.Equal(Stream.Schema.Features, schema.Features);
            }, iter: 300);

    [Fact]
    public void The_second_format_begins_with_the_first()
    {
        var first = new StateWriter();
        DefinitionFormat.Write(first, Stream.Schema, RowStream.Options);
        Assert.Equal(first.ToArray(), Image(RowStream.Options)[..first.Bytes.Length]);
    }

    [Fact]
    public void An_option_of_a_newer_version_is_refused_with_its_name()
    {
        var state = new StateWriter();
        DefinitionFormat.Write(state, Stream.Schema, RowStream.Options);
        state.Write(1L);
        state.Write("moe.router.depth");
        state.Write("3");
        var error = Assert.Throws<InvalidDataException>(
            () => DefinitionFormat.ReadV2(new StateReader(state.ToArray())));
        Assert.EndsWith("the option 'moe.router.depth' was found, written by a newer version; use that version or a "
            + "later one.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_read_as_a_definition() => Damage.Of(Image(RowStream.Options)).Sample(
        bytes => Damage.Refusal(() => DefinitionFormat.ReadV2(new StateReader(bytes))) is null or { Length: > 0 },
        iter: 2000);

    private static byte[] Image(MixtureOptions options)
    {
        var state = new StateWriter();
        DefinitionFormat.WriteV2(state, Stream.Schema, options);
        return state.ToArray();
    }
}

using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Gating;
using Xunit;

namespace MoE.Compute.Tests.Data;

public sealed class NameTranslatorTests
{
    private static readonly Schema Schema = new(
        [new Column("x", ColumnKind.Numeric), new Column("shop", ColumnKind.Categorical)], "class");

    [Fact]
    public void Rows_of_any_sources_in_any_order_have_the_names_that_their_sources_gave_them() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 30], Gen.Int[0, 9]).Array[1, 60].Sample(cells =>
        {
            var (vocabulary, translator) = (new Vocabulary(), new NameTranslator(Schema, 100));
            Source[] sources = [new(), new(), new()];
            foreach (var (source, shop, label) in cells)
            {
                var rows = translator.Translate(
                    sources[source].Row($"shop {shop}", $"class {label}"), vocabulary, "it");
                Assert.Null(rows.Names);
                foreach (var term in rows.NewTerms)
                    vocabulary.Add(term);
                Assert.Equal($"shop {shop}", vocabulary.Categories(1)[(int)rows.Values[1]]);
                Assert.Equal($"class {label}", vocabulary.Classes[rows.Targets[0]]);
            }
        });

    [Fact]
    public void The_rows_of_one_source_alone_are_not_copied()
    {
        var (vocabulary, translator, source) = (new Vocabulary(), new NameTranslator(Schema, 100), new Source());
        foreach (var shop in (string[])["a", "b", "a"])
        {
            var given = source.Row(shop, "yes");
            var rows = translator.Translate(given, vocabulary, "it");
            Assert.Same(given.Values, rows.Values);
            foreach (var term in rows.NewTerms)
                vocabulary.Add(term);
        }
    }

    [Fact]
    public void Names_of_rows_that_were_not_learned_are_new_again()
    {
        var (vocabulary, translator) = (new Vocabulary(), new NameTranslator(Schema, 100));
        var (one, other) = (new Source(), new Source());
        translator.Translate(one.Row("a", "yes"), vocabulary, "it");
        foreach (var term in translator.Translate(other.Row("b", "no"), vocabulary, "it").NewTerms)
            vocabulary.Add(term);
        var rows = translator.Translate(one.Row("a", "yes"), vocabulary, "it");
        Assert.Equal([new(1, "a"), new(Term.Class, "yes")], rows.NewTerms);
        Assert.Equal((1f, 1), (rows.Values[1], rows.Targets[0]));
    }

    [Fact]
    public void A_row_of_one_class_too_many_is_refused_with_its_number_and_the_others_stay()
    {
        var (vocabulary, translator) = (new Vocabulary(), new NameTranslator(Schema, 2));
        vocabulary.Add(new Term(Term.Class, "yes"));
        vocabulary.Add(new Term(Term.Class, "no"));
        var source = new Source();
        source.Row("a", "yes");
        var rows = translator.Translate(
            Join(source.Row("a", "no"), source.Row("a", "maybe"), source.Row("b", "yes")), vocabulary, "rows");
        Assert.Equal([1, 0], rows.Targets);
        Assert.Equal((2, 1), (rows.Rows, rows.FirstOffset));
        Assert.Equal("rows row 3: 'maybe' is a new class after 2 others, but max-classes is 2; correct the row, or "
            + "raise that.", Assert.Single(rows.Refusals).Reason);
    }

    [Fact]
    public void A_name_beyond_those_that_are_numbered_shares_the_same_number_whoever_gives_it()
    {
        var (vocabulary, translator) = (new Vocabulary(), new NameTranslator(Schema, 100));
        var source = new Source();
        for (var i = 0; i < Vocabulary.MaxCategories; i++)
            foreach (var term in translator.Translate(source.Row($"shop {i}", "yes"), vocabulary, "it").NewTerms)
                vocabulary.Add(term);
        var shared = Vocabulary.SharedIndex("one more");
        var coded = source.Row("shop 0", "yes") with { Values = [0f, RowBatch.SharedCategory - shared] };
        Assert.Equal(shared, translator.Translate(coded, vocabulary, "it").Values[1]);
        var other = translator.Translate(new Source().Row("one more", "yes"), vocabulary, "it");
        Assert.Equal(shared, other.Values[1]);
        Assert.Empty(other.NewTerms);
    }

    [Theory]
    [InlineData(-1f, 0)]
    [InlineData(7f, 0)]
    [InlineData(0.5f, 0)]
    [InlineData(float.NaN, 0)]
    [InlineData(0f, -1)]
    [InlineData(0f, 9)]
    public void A_number_without_a_name_is_none_of_the_models_either(float shop, int label)
    {
        var (gate, source) = (new Gate(Schema, new MixtureOptions { Window = 16 }), new Source());
        foreach (var name in Enumerable.Range(0, 9))
            gate.Encode(Translated(gate, new Source().Row($"shop {name}", $"class {name}")));
        var rows = Translated(gate, source.Row("shop 8", "class 8") with { Values = [0f, shop], Targets = [label] });
        Assert.Contains("expected", gate.Problem(rows), StringComparison.Ordinal);

        static RowBatch Translated(Gate gate, RowBatch rows) =>
            new NameTranslator(Schema, 100).Translate(rows, gate.Vocabulary, "it");
    }

    private static RowBatch Join(params RowBatch[] rows) => rows[^1] with
    {
        Values = [.. rows.SelectMany(r => r.Values)],
        Targets = [.. rows.SelectMany(r => r.Targets)],
    };

    private sealed class Source
    {
        private readonly NameList _names = new();
        private readonly Dictionary<Term, int> _index = [];
        private long _rows;

        public RowBatch Row(string shop, string label) => new()
        {
            Values = [0f, Index(new Term(1, shop))],
            Targets = [Index(new Term(Term.Class, label))],
            Names = _names.SoFar,
            NextOffset = ++_rows,
        };

        private int Index(Term term) =>
            _index.TryGetValue(term, out var index) ? index : _index[term] = _names.Add(term);
    }
}

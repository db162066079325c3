using MoE.Compute.Data;
using MoE.Compute.Gating;
using Xunit;

namespace MoE.Compute.Tests.Gating;

/// <summary>
/// What a gate says of rows that it cannot take. Columns: n0, n1 numeric, c0 categorical; classes a and b are known.
/// </summary>
public sealed class GateProblemTests
{
    private const float Infinity = float.PositiveInfinity;

    private static readonly Term[] First = [new(Term.Class, "a"), new(Term.Class, "b"), new(2, "x"), new(2, "y")];

    public static TheoryData<float[], int[], string> BadRows => new()
    {
        { [1, 2], [0], "The batch has 2 cells; 1 rows of 3 features were expected." },
        { [1, 2, 0, 4], [0], "The batch has 4 cells; 1 rows of 3 features were expected." },
        { [1, 2, 0], [], "The batch has 3 cells; 0 rows of 3 features were expected." },
        { [1, 2, 0], [-1], "Row 0 of the batch has class number -1; 0 to 1 were expected." },
        { [1, 2, 0, 1, 2, 0], [1, 2], "Row 1 of the batch has class number 2; 0 to 1 were expected." },
        { [1, Infinity, 0], [0], "Row 0 of the batch has Infinity in column 'n1'; a finite number was expected." },
        { [-Infinity, 1, 0], [0], "Row 0 of the batch has -Infinity in column 'n0'; a finite number was expected." },
        { [1, 2, 2], [0], "Row 0 of the batch has 2 in column 'c0'; a category from 0 to 1 was expected." },
        {
            [1, 2, 0, 1, 2, -1], [0, 1],
            "Row 1 of the batch has -1 in column 'c0'; a category from 0 to 1 was expected."
        },
        { [1, 2, 0.5f], [0], "Row 0 of the batch has 0.5 in column 'c0'; a category from 0 to 1 was expected." },
        { [1, 2, float.NaN], [0], "Row 0 of the batch has NaN in column 'c0'; a category from 0 to 1 was expected." },
    };

    [Theory]
    [MemberData(nameof(BadRows))]
    public void A_bad_batch_is_refused_in_one_sentence(float[] values, int[] targets, string problem)
    {
        var gate = Started();
        var before = Fingerprints.Of(gate.SaveEncoding);
        Assert.Equal(problem, gate.Problem(Batch(values, targets)));
        Assert.Equal(before, Fingerprints.Of(gate.SaveEncoding));
    }

    [Fact]
    public void Missing_numbers_known_and_new_names_are_fine()
    {
        Assert.Null(Started().Problem(Batch([float.NaN, 2, 1], [1])));
        Assert.Null(Started().Problem(Batch([1, 2, 2], [2], new(Term.Class, "c"), new(2, "z"))));
        Assert.Null(Started().Problem(Batch([], [])));
    }

    [Fact]
    public void A_class_that_skips_a_number_is_refused() => Assert.Equal(
        "Row 0 of the batch has class number 3; 0 to 2 were expected.",
        Started().Problem(Batch([1, 2, 0], [3], new(Term.Class, "c"), new(Term.Class, "d"))));

    [Fact]
    public void More_classes_than_allowed_are_refused() => Assert.Equal(
        "The batch brings class number 5; moe.max-classes allows 4.",
        Started().Problem(Batch([1, 2, 0], [2], new(Term.Class, "c"), new(Term.Class, "d"), new(Term.Class, "e"))));

    [Fact]
    public void A_name_that_is_not_new_makes_no_room_for_another()
    {
        Assert.Equal(
            "Row 0 of the batch has class number 2; 0 to 1 were expected.",
            Started().Problem(Batch([1, 2, 0], [2], new Term(Term.Class, "a"))));
        Assert.Equal(
            "Row 0 of the batch has 3 in column 'c0'; a category from 0 to 2 was expected.",
            Started().Problem(Batch([1, 2, 3], [0], new(2, "z"), new(2, "z"))));
    }

    private static Gate Started()
    {
        var gate = new Gate(EncodedStream.SchemaOf(2, 1), RowStream.Options with { MaxClasses = 4 });
        gate.Encode(Batch([1, 2, 0, 3, 4, 1], [0, 1], First));
        return gate;
    }

    private static RowBatch Batch(float[] values, int[] targets, params Term[] terms) =>
        new() { Values = values, Targets = targets, NewTerms = terms, NextOffset = 1 };
}

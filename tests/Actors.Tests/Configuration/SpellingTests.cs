using CsCheck;
using MoE.Actors.Configuration;
using Xunit;

namespace MoE.Actors.Tests.Configuration;

public sealed class SpellingTests
{
    private static readonly Gen<string> Word = Gen.String[Gen.Char['a', 'd'], 0, 8];

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("rows", "rwos", 2)]
    public void The_distance_is_Levenshteins(string a, string b, int distance) =>
        Assert.Equal(distance, Spelling.Distance(a, b));

    [Fact]
    public void The_distance_is_a_metric() =>
        Gen.Select(Word, Word, Word).Sample((a, b, c) =>
            Spelling.Distance(a, b) == Spelling.Distance(b, a)
            && Spelling.Distance(a, b) == 0 == (a == b)
            && Spelling.Distance(a, c) <= Spelling.Distance(a, b) + Spelling.Distance(b, c));

    [Theory]
    [InlineData("--rwos", " Did you mean --rows?")]
    [InlineData("--zebra-crossing", "")]
    public void A_suggestion_is_made_only_when_it_helps(string word, string suggestion) =>
        Assert.Equal(suggestion, Spelling.Suggestion(word, ["--rows", "--seed"]));
}

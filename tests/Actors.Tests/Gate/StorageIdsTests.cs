using CsCheck;
using MoE.Actors.Storage;
using Xunit;

namespace MoE.Actors.Tests.Gate;

public sealed class StorageIdsTests
{
    private static readonly string[] Words = ["expert", "gate", "m", "e"];

    /// <summary>Names of the words by which ids are made up, where any two may be mistaken for each other.</summary>
    private static readonly Gen<string> Names = Gen.Int[0, 3].Select(i => Words[i]).Array[1, 4]
        .Select(words => string.Join('-', words));

    [Fact]
    public void Old_models_keep_their_ids_although_two_of_them_may_have_the_same()
    {
        Assert.Equal("model-m-gate", new StorageIds("m", 2).OfGate);
        Assert.Equal("model-m-expert-e-expert-hat", new StorageIds("m", 2).OfExpert("e-expert-hat"));
        Assert.Equal("model-m-expert-e-expert-hat", new StorageIds("m-expert-e", 2).OfExpert("hat"));
        Assert.Equal(new StorageIds("m", 1).OfExpert("e-gate"), new StorageIds("m-expert-e", 1).OfGate);
    }

    [Fact]
    public void New_models_have_the_same_ids_as_before_where_nobody_else_can_have_them()
    {
        Assert.Equal("model-my-model-gate", new StorageIds("my-model", 3).OfGate);
        Assert.Equal("model-my-model-expert-mlp-hat-25.25", new StorageIds("my-model", 3).OfExpert("mlp-hat-25.25"));
        Assert.Equal("model-m/expert/e-expert-hat", new StorageIds("m", 3).OfExpert("e-expert-hat"));
        Assert.Equal("model-m-expert-e/gate", new StorageIds("m-expert-e", 3).OfGate);
    }

    [Fact]
    public void No_two_new_models_and_no_new_and_old_one_share_an_id() =>
        Gen.Select(Names, Names, Names, Names, Gen.Bool).Sample((model, expert, other, others, isOld) =>
        {
            if (model == other)
                return;
            var (ids, them) = (new StorageIds(model, 3), new StorageIds(other, isOld ? 2 : 3));
            string[] own = [ids.OfGate, ids.OfExpert(expert)];
            Assert.Equal(2, own.Distinct().Count());
            Assert.Empty(own.Intersect([them.OfGate, them.OfExpert(others)]));
        }, iter: 20_000);
}

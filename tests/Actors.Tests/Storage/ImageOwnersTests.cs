using MoE.Actors.Gate;
using MoE.Actors.Storage;
using Xunit;

namespace MoE.Actors.Tests.Storage;

public sealed class ImageOwnersTests
{
    [Theory]
    [InlineData("model-a-gate", "a")]
    [InlineData("model-a/gate", "a")]
    [InlineData("model-a-expert-hat", "a")]
    [InlineData("model-a/expert/hat", "a")]
    [InlineData("model-a-expert-b-gate", "a-expert-b,a")]
    [InlineData("model-a-expert-b-expert-c", "a,a-expert-b")]
    [InlineData("someone-gate", "")]
    [InlineData("model--gate", "")]
    public void An_id_says_whose_image_it_may_be(string id, string owners) =>
        Assert.Equal(owners, string.Join(',', ImageOwners.Of(id)));

    [Theory]
    [InlineData(1)]
    [InlineData(ModelCreated.CurrentFormat)]
    public void Every_image_of_a_model_is_its_own(int format)
    {
        foreach (var model in (string[])["a", "a-expert-b", "a-gate"])
        {
            var ids = new StorageIds(model, format);
            foreach (var id in (string[])[ids.OfGate, ids.OfExpert("hat"), ids.OfExpert("e-gate"), ids.OfExpert("x-expert-y")])
                Assert.Contains(model, ImageOwners.Of(id));
        }
    }

    [Fact]
    public void An_image_that_may_be_another_models_goes_only_where_that_one_is_not_there()
    {
        string[] ids = ["model-a-gate", "model-a-expert-b-gate", "model-ab-gate"];
        Assert.Equal(["model-a-gate"], ImageOwners.Deletable("a", ids, ["a", "a-expert-b"]));
        Assert.Equal(["model-a-gate", "model-a-expert-b-gate"], ImageOwners.Deletable("a", ids, ["a", "ab"]));
    }
}

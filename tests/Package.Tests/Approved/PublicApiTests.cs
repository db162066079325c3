using MoE.Actors;
using MoE.Compute;
using PublicApiGenerator;
using Xunit;

namespace MoE.Package.Tests.Approved;

public sealed class PublicApiTests
{
    [Theory]
    [InlineData(typeof(Mixture))]
    [InlineData(typeof(LocalMixture))]
    public void The_public_members_of_a_library_are_those_that_were_approved(Type type)
    {
        var api = type.Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false });
        ApprovedFile.Check(
            $"tests/Package.Tests/Approved/{type.Assembly.GetName().Name}.txt", api.ReplaceLineEndings("\n").TrimEnd() + "\n");
    }
}

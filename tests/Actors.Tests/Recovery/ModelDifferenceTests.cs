using System.Reflection;
using MoE.Actors.Gate;
using MoE.Actors.Gate.Recovery;
using MoE.Compute;
using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Gating;
using MoE.Compute.ModelFiles;
using Xunit;
using static MoE.Actors.Gate.GateCommands;

namespace MoE.Actors.Tests.Recovery;

/// <summary>Every option that decides what a model computes is stored, and given otherwise it is refused.</summary>
public sealed class ModelDifferenceTests
{
    private static readonly MixtureOptions Options = new();

    public static TheoryData<string> Stored =>
    [
        .. Properties(typeof(MixtureOptions))
            .Where(name => name is not (nameof(MixtureOptions.Growth) or nameof(MixtureOptions.Router))),
        .. Properties(typeof(RouterOptions)).Select(name => $"{nameof(MixtureOptions.Router)}.{name}"),
    ];

    [Theory]
    [MemberData(nameof(Stored))]
    public void An_option_comes_back_from_a_definition_and_another_value_is_refused(string option)
    {
        var other = option.Split('.') is [_, var ofRouter]
            ? Options with { Router = Changed(Options.Router, ofRouter) }
            : Changed(Options, option);
        var state = new StateWriter();
        DefinitionFormat.WriteV2(state, new SeededRows(0).Schema, other);
        var (schema, stored) = DefinitionFormat.ReadV2(new StateReader(state.ToArray()));
        Assert.Null(Difference(stored, other));
        Assert.Contains("but the stored model has ", Difference(stored, Options), StringComparison.Ordinal);
        Assert.Equal(new SeededRows(0).Schema.Features, schema.Features);
    }

    private static string? Difference(MixtureOptions stored, MixtureOptions given) => ModelDifference.Between(
        new ModelCreated(ModelCreated.CurrentFormat, new SeededRows(0).Schema, stored),
        new OpenModel(new SeededRows(0).Schema, given));

    private static IEnumerable<string> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name);

    private static T Changed<T>(T options, string name) where T : class
    {
        var changed = (T)typeof(T).GetMethod("<Clone>$")!.Invoke(options, null)!;
        var property = typeof(T).GetProperty(name)!;
        property.SetValue(changed, property.GetValue(options) switch
        {
            int number => (object)(number + 1),
            long number => number + 1,
            float number => number == 0 ? 2f : number / 2,
            Enum choice => Enum.ToObject(choice.GetType(), Convert.ToInt32(choice, null) + 1),
            IReadOnlyList<ExpertSpec> pool => (ExpertSpec[])[.. pool, new("another", ExpertRole.Shared, "fern")],
            var value => throw new NotSupportedException($"No other value of {name} ({value}) is known to this test."),
        });
        return changed;
    }
}

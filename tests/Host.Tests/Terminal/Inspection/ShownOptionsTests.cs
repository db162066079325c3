using System.Reflection;
using MoE.Actors.Inspection;
using MoE.Compute;
using MoE.Compute.Data;
using MoE.Compute.Experts;
using MoE.Compute.Gating;
using MoE.Host.Terminal.Inspection;
using Xunit;

namespace MoE.Host.Tests.Terminal.Inspection;

/// <summary>Whatever a stored model is refused for when it is given otherwise, inspect shows.</summary>
public sealed class ShownOptionsTests
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
    public void An_option_that_differs_is_seen_in_text_and_in_json(string option)
    {
        var other = option.Split('.') is [_, var ofRouter]
            ? Options with { Router = Changed(Options.Router, ofRouter) }
            : Changed(Options, option);
        Assert.NotEqual(Text(Options), Text(other));
        Assert.NotEqual(Json(Options), Json(other));
    }

    [Fact]
    public void The_options_are_told_under_the_keys_of_the_settings()
    {
        var settings = Text(Options).Split('\n').Single(line => line.StartsWith("settings", StringComparison.Ordinal));
        Assert.Equal("settings      batch=64 window=8 seed=1 max-classes=64 router.top-k=4 router.bias-rate=0.0003 "
            + "router.rate=0.05 router.kind=linear router.auxiliary=0.01 router.capacity=0", settings);
    }

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
            float number => number + 1,
            Enum choice => Enum.ToObject(choice.GetType(), Convert.ToInt32(choice, null) + 1),
            IReadOnlyList<ExpertSpec> pool => (ExpertSpec[])[.. pool, new("another", ExpertRole.Shared, "fern")],
            var value => throw new NotSupportedException($"No other value of {name} ({value}) is known to this test."),
        });
        return changed;
    }

    private static string Text(MixtureOptions options) => string.Join('\n', ModelText.Write(Picture(options), null));

    private static string Json(MixtureOptions options) => ModelJson.Write(Picture(options), null);

    private static ModelDescription Picture(MixtureOptions options) => new()
    {
        Name = "it",
        Format = 2,
        Schema = new Schema([new Column("x", ColumnKind.Numeric)], "y"),
        Options = options,
        Sources = [],
        Checkpoints = [],
        Roster = [],
        Images = 0,
    };
}

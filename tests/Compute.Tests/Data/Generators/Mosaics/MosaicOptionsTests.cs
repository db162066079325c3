using CsCheck;
using MoE.Compute.Data;
using MoE.Compute.Data.Generators;
using Xunit;
using Streams = MoE.Compute.Data.Generators.Generators;

namespace MoE.Compute.Tests.Data.Generators.Mosaics;

public sealed class MosaicOptionsTests
{
    private const string Defaults =
        "concepts=64,active=16,period=1000,features=8,context=16,classes=4,context-noise=0.5,noise=0.05,drift=0";

    [Fact]
    public void The_defaults_are_these() => Assert.Equal(Defaults, new MosaicOptions().ToString());

    [Fact]
    public void What_the_options_say_of_themselves_makes_the_same_options_again()
    {
        var sizes = Gen.Select(Gen.Int[1, 1024], Gen.Int[1, 1024], Gen.Int[1, 1_000_000_000]);
        var columns = Gen.Select(Gen.Int[1, 64], Gen.Int[1, 64], Gen.Int[2, 64]);
        var noises = Gen.Select(Gen.Float[0, 100], Gen.Float[0, 1], Gen.Float[0, 1]);
        Gen.Select(sizes, columns, noises).Sample((size, column, noise) =>
        {
            var options = new MosaicOptions
            {
                Concepts = size.Item1,
                Active = Math.Min(size.Item2, size.Item1),
                Period = size.Item3,
                Features = column.Item1,
                Context = column.Item2,
                Classes = column.Item3,
                ContextNoise = noise.Item1,
                Noise = noise.Item2,
                Drift = noise.Item3,
            };
            List<string> problems = [];
            Assert.Equal(options, new MosaicOptions().With($"{options}", problems));
            options.Check(problems);
            Assert.Empty(problems);
        });
    }

    [Theory]
    [InlineData("mosaic", Defaults)]
    [InlineData("mosaic:concepts=64", Defaults)]
    [InlineData("mosaic:concepts=10,noise=0.10", "concepts=10,active=10,period=1000,features=8,context=16,classes=4,"
        + "context-noise=0.5,noise=0.1,drift=0")]
    public void The_source_is_known_by_every_option_however_it_was_said(string text, string options)
    {
        using var source = Streams.Create(text, new() { Seed = 7 });
        Assert.Equal(new SourceId(SourceKind.Generator, "mosaic", $"seed 7, {options}"), source.Id);
    }

    [Theory]
    [InlineData("", "unknown or repeated option ''; write options as name=value")]
    [InlineData("noise=0.1,noise=0.2", "unknown or repeated option 'noise=0.2'; write options as name=value")]
    [InlineData("noise=2", "noise is '2'; it must be a number from 0 to 1")]
    [InlineData("concepts=8,active=9", "active is '9'; it must be a whole number from 1 to 8")]
    [InlineData("classes=1", "classes is '1'; it must be a whole number from 2 to 64")]
    [InlineData("noize=0.1", "unknown option 'noize' of mosaic; known are concepts, active, period, features, context, "
        + "classes, context-noise, noise, drift")]
    public void Options_that_make_no_mosaic_are_refused(string text, string problem)
    {
        var error = Assert.Throws<InvalidOptionsException>(() => Streams.Create($"mosaic:{text}", new()));
        Assert.Equal([$"Generator 'mosaic' ({text}): {problem}."], error.Problems);
    }

    [Fact]
    public void Values_that_make_no_mosaic_are_refused_whole()
    {
        var mosaic = new MosaicOptions { Concepts = 4, Active = 5, Classes = 1, Noise = float.NaN, ContextNoise = -1 };
        var error = Assert.Throws<InvalidOptionsException>(() => new GeneratorOptions { Mosaic = mosaic }.Validated());
        Assert.Equal(
            ["The number of the mosaic's active concepts is 5; it must lie in [1, 4].",
                "The number of the mosaic's classes is 1; it must lie in [2, 64].",
                "The mosaic's noise of its context is -1; it must lie in [0, 100].",
                "The mosaic's noise is NaN; it must lie in [0, 1]."],
            error.Problems);
    }

    [Fact]
    public void Streams_of_the_literature_take_no_options()
    {
        Assert.True(Streams.Has("sea:noise=0"));
        Assert.False(Streams.Has("see:noise=0"));
        var error = Assert.Throws<SourceException>(() => Streams.Create("sea:noise=0", new()));
        Assert.Equal("The generator sea takes no options, so leave out ':noise=0'.", error.Message);
    }
}

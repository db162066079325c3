using MoE.Compute.Experts;
using MoE.Compute.Files;
using MoE.Compute.Tests.Gpu;
using Xunit;

namespace MoE.Compute.Tests.Experts;

/// <summary>
/// Walks every kind through every facet of its descriptor: one that was forgotten, or no longer agrees with the kind's
/// expert, fails here.
/// </summary>
[Collection(nameof(OneDevice))]
public sealed class KindFacetTests(TestDevice device)
{
    private const ulong Seed = 9;

    private static readonly EncodedStream Stream = new(3, 2, 600, 5, seed: 11);

    public static TheoryData<string> Kinds => [.. ExpertKinds.Names];

    /// <summary>Specifications of every kind: the defaults, what its kernel is checked by, and the tests' pool.</summary>
    public static TheoryData<string> Specifications =>
    [
        .. ExpertKinds.Names,
        .. ExpertKinds.All.SelectMany(kind => kind.KernelChecks),
        .. Pools.Texts,
        "knn size=90 k=4 k-wide=20",
    ];

    [Fact]
    public void Every_kind_has_a_name_of_its_own_and_is_found_by_it() => Assert.All(ExpertKinds.All, kind =>
    {
        Assert.Equal(kind, Assert.Single(ExpertKinds.All, other => other.IsCalled(kind.Name)));
        Assert.Equal(kind, ExpertKinds.Of(Spec(kind.Name)));
        Assert.False(kind.IsCalled(""));
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_in_the_pool_that_other_tests_walk_through(string name) =>
        Assert.Contains(Pools.Texts, text => ExpertKinds.Of(Spec(text)).Name == name);

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Options_that_are_written_out_are_read_as_the_same_and_none_is_left_out(string text)
    {
        var spec = Spec(text);
        var kind = ExpertKinds.Of(spec);
        List<string> problems = [];
        var options = kind.ReadOptions(spec, problems);
        Assert.Equal(options, kind.ReadOptions(Spec(kind.TextOf(spec)), problems));
        Assert.Empty(problems);
        Assert.Equal(options.GetType().GetProperties().Length, kind.Options.Count);
    }

    [Theory]
    [MemberData(nameof(Specifications))]
    public void An_expert_answers_with_as_many_heads_as_its_kind_says(string text)
    {
        var expert = Create(text);
        var heads = ExpertKinds.Heads(Spec(text));
        Assert.Equal(heads, expert.Heads);
        foreach (var batch in Stream.Batches(100, 0, 200))
            Answers.AssertProbabilities(heads, batch, ExpertRunner.Run(expert, batch, rows: null));
        Assert.Equal(heads, expert.Clone().Heads);
    }

    [Theory]
    [MemberData(nameof(Specifications))]
    public void An_image_has_about_the_bytes_that_its_kind_says_or_fewer_where_most_are_zero(string text)
    {
        var expert = Create(text);
        Answers.Walked(expert, Stream.Batches(100));
        var names = Stream.Batch([.. Enumerable.Range(0, Stream.Rows)]).Features.Category.Max() + 1;
        var bytes = ExpertKinds.Of(Spec(text)).BytesOf(Spec(text), new StreamShape(3, 2, 2 * names, 5));
        var image = Image(expert).Length;
        Assert.InRange(image, 1, (bytes * 5 / 4) + 1000);
    }

    [Theory]
    [MemberData(nameof(Specifications))]
    public void A_row_costs_work_and_memory(string text)
    {
        var cost = ExpertKinds.CostOf(Spec(text), Stream.Schema, 5);
        Assert.InRange(cost.Operations, 1, double.MaxValue);
        Assert.InRange(cost.Bytes, 1, double.MaxValue);
        Assert.InRange(cost.State, 1, double.MaxValue);
        Assert.InRange(ExpertKinds.CostOf(Spec(text), Stream.Schema, 500).Operations, cost.Operations, double.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Specifications))]
    public void What_is_warmed_up_is_of_the_same_kind_and_small(string text)
    {
        var kind = ExpertKinds.Of(Spec(text));
        var small = kind.SmallOf(Spec(text));
        Assert.Equal(kind, ExpertKinds.Of(small));
        Assert.InRange(kind.BytesOf(small, new StreamShape(1, 1, 3, 12)), 1, 1 << 16);
        WarmUp.Run(new MixtureOptions { Pool = [Spec(text)] });
    }

    [Theory]
    [MemberData(nameof(Specifications))]
    public void Only_experts_whose_noisy_copies_differ_go_to_the_archive(string text)
    {
        var rank = ExpertKinds.Of(Spec(text)).ArchiveRankOf(Spec(text));
        Assert.True(Enum.IsDefined(rank));
        Assert.True(rank == ArchiveRank.Never || TakesNoise(text));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_kernel_agrees_with_the_definition_and_draws_the_same_noise(string name)
    {
        var kind = ExpertKinds.Of(Spec(name));
        Assert.Equal(kind.HasKernel, kind.KernelChecks.Count > 0);
        Assert.All(kind.KernelChecks, check => Assert.Equal(kind, ExpertKinds.Of(Spec(check))));
        foreach (var check in kind.KernelChecks.Take(1))
        {
            var stream = new EncodedStream(3, 2, 40, 5, seed: 12);
            using var pool = new DevicePool(device.Accelerator, stream.Schema);
            Assert.Equal(kind.Heads, pool.Add(Spec(check), Seed, Image(Create(check))).Heads);
            Assert.True(new KernelCheck(device.Accelerator, check).Run(stream, batch: 10).Holds, check);
        }
    }

    /// <summary>Whether an expert that has learned something has weights, to which noise is added.</summary>
    private static bool TakesNoise(string text)
    {
        var expert = Create(text);
        Answers.Walked(expert, Stream.Batches(100, 0, 200));
        var before = Fingerprints.Of(expert.Save);
        expert.AddNoise(0.1f, 7);
        return Fingerprints.Of(expert.Save) != before;
    }

    private static IExpert Create(string text) => ExpertKinds.Create(Spec(text), Stream.Schema, Seed);

    private static ReadOnlyMemory<byte> Image(IExpert expert)
    {
        var image = new StateWriter();
        expert.Save(image);
        return image.Written;
    }

    private static ExpertSpec Spec(string text) => new("x", ExpertRole.Shared, text);
}

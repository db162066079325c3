using MoE.Actors.Configuration;
using MoE.Compute;
using MoE.Compute.Experts;
using Xunit;

namespace MoE.Actors.Tests.Configuration;

public sealed class MoeSettingsTests
{
    [Fact]
    public void The_shipped_file_and_the_code_have_the_same_defaults()
    {
        var (shipped, code) = (MoeSettings.Read(), new MoeSettings());
        Assert.Equal(code.Mixture.Pool, shipped.Mixture.Pool);
        Assert.Equal(code.Mixture with { Pool = [] }, shipped.Mixture with { Pool = [] });
        Assert.Equal(code with { Mixture = shipped.Mixture }, shipped);
    }

    [Fact]
    public void A_later_layer_wins_and_the_others_stay()
    {
        var settings = MoeSettings.Read(
            SettingsLayer.FromHocon("my.hocon", "moe { batch = 16, window = 2, router.top-k = 2 }"),
            SettingsLayer.FromEnvironment(new Dictionary<string, string> { ["MOE__ROUTER__TOP_K"] = "3", ["PATH"] = "/bin" }),
            SettingsLayer.FromAssignments("--set", ["moe.window=4", "moe.window=5"]));
        Assert.Equal((16, 5, 3), (settings.Mixture.Batch, settings.Mixture.Window, settings.Mixture.Router.TopK));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("moe {}")]
    [InlineData("moe {\nrouter {}\npool {}\n}")]
    public void An_empty_block_of_settings_sets_none(string text) =>
        Assert.Equal(MoeSettings.Read().Mixture.Batch,
            MoeSettings.Read(SettingsLayer.FromHocon("my.hocon", text)).Mixture.Batch);

    [Theory]
    [InlineData("moe.topk = 4", "my.hocon: unknown setting moe.topk. Did you mean moe.router.top-k?")]
    [InlineData("moe.router.topk = 4", "my.hocon: unknown setting moe.router.topk. Did you mean moe.router.top-k?")]
    [InlineData("akka.loglevel = DEBUG", "my.hocon: unknown setting akka.loglevel.")]
    [InlineData("moe.batch = two", "my.hocon: moe.batch is 'two'; it must be a whole number.")]
    [InlineData("moe.batch = 99999999999", "my.hocon: moe.batch is '99999999999'; it must be a whole number.")]
    [InlineData("moe.batch = [1, 2]", "my.hocon: moe.batch is '[\"1\", \"2\"]'; it must be a whole number.")]
    [InlineData("moe.batch = {}", "my.hocon: moe.batch is {}, an empty block; it must be a value.")]
    [InlineData("moe { data-dir {} }", "my.hocon: moe.data-dir is {}, an empty block; it must be a value.")]
    [InlineData("moe.pool.shared = {}", "my.hocon: moe.pool.shared is {}, an empty block; it must be a value.")]
    [InlineData("moe.postgres.connection : {}", "my.hocon: moe.postgres.connection is {}, an empty block; it must be a value.")]
    [InlineData("moe.batch = 32\nmoe.batch { a {} }", "my.hocon: unknown setting moe.batch.a. Did you mean moe.batch?")]
    [InlineData("moe.batches {}", "my.hocon: unknown setting moe.batches. Did you mean moe.batch?")]
    [InlineData("moe.pool.routed = [\"a-* x1000: mlp hidden=0\"]",
        "Expert 'a-1' (mlp hidden=0): hidden is '0'; it must be a whole number from 1 to 8192.")]
    [InlineData("moe.batch = 0", "moe.batch is 0; it must lie in [1, 4096].")]
    [InlineData("moe.router.kind = sparse",
        "my.hocon: moe.router.kind is 'sparse'; it must be linear or switch or competence or dense.")]
    [InlineData("moe.router.capacity = 0.5", "moe.router.capacity is 0.5; it must be 0 or lie in [1, 100].")]
    [InlineData("moe.router.auxiliary = 2", "moe.router.auxiliary is 2; it must lie in [0, 1].")]
    [InlineData("moe.router.rate = fast", "my.hocon: moe.router.rate is 'fast'; it must be a number.")]
    [InlineData("moe.max-refused.share = 2", "my.hocon: moe.max-refused.share is '2'; it must be a share from 0 to 1, such as 0.01 or 1%.")]
    [InlineData("moe.max-refused.least = -1", "moe.max-refused.least is -1; it must be 0 or more.")]
    [InlineData("moe.compute.device = gpu", "moe.compute.device is 'gpu'; it must be auto, cpu, or a device such as cuda:0, opencl:0 or ilgpu-cpu.")]
    [InlineData("moe.compute.device = \"\"", "moe.compute.device is ''; it must be auto, cpu, or a device such as")]
    [InlineData("moe.compute.device = \"cuda:\"", "moe.compute.device is 'cuda:'; it must be auto, cpu, or a device such as")]
    [InlineData("moe.journal.sync = maybe", "my.hocon: moe.journal.sync is 'maybe'; it must be full or os.")]
    [InlineData("moe.checkpoint.interval = 30", "my.hocon: moe.checkpoint.interval is '30'; it must be a time with its unit, such as 250ms, 30s or 5m.")]
    [InlineData("moe.model = 1st", "moe.model is '1st'; it must be 1 to 64 of a-z, 0-9 and '-', starting with a letter.")]
    [InlineData("moe.model = \"\"", "moe.model is ''; it must be 1 to 64 of a-z, 0-9 and '-', starting with a letter.")]
    [InlineData("moe.postgres.connection = [x, y]", "my.hocon: moe.postgres.connection is a list, not shown here; it must be a text.")]
    [InlineData("moe.postgres.connection = \"Host=a,b\"", "moe.postgres.connection has the hosts a,b; it must have one, which holds the model's lock.")]
    [InlineData("moe.postgres.connection = \"Database=a\"", "moe.postgres.connection has no Host; it must be like Host=db;")]
    [InlineData("moe.growth.detector = ddm",
        "my.hocon: moe.growth.detector is 'ddm'; it must be adwin or page-hinkley or both.")]
    [InlineData("moe.pool.preset = cpu", "my.hocon: moe.pool.preset is 'cpu'; it must be default or gpu.")]
    [InlineData("moe.pool.shared = fern", "my.hocon: moe.pool.shared is 'fern'; it must be a list, such as [\"a\", \"b\"].")]
    [InlineData("moe.pool.shared = [\"fern\", \"a: fern\"]", "moe.pool.shared holds 'fern'; write \"id: kind option=value\", or \"id-* x16: kind\" for 16 of them.")]
    [InlineData("moe { batch = 4 } }", "my.hocon, line 1: '}' has no opening bracket.")]
    [InlineData("moe {\n batch = 4", "my.hocon, line 1: '{' is never closed.")]
    [InlineData("\nmoe.data-dir = \"x", "my.hocon, line 2: a quotation mark is never closed.")]
    [InlineData("moe.batch = ${?SIZE}", "my.hocon, line 1: '${...}' is not supported here; write the value itself, or set an environment variable MOE__...")]
    [InlineData("include \"other.hocon\"", "my.hocon, line 1: 'include' is not supported here; copy the settings into this file.")]
    [InlineData("moe.pool.shared += \"a: fern\"", "my.hocon, line 1: '+=' is not supported here; write the whole list.")]
    public void A_wrong_line_is_refused_by_name(string text, string problem)
    {
        var problems = Assert.Throws<InvalidOptionsException>(
            () => MoeSettings.Read(SettingsLayer.FromHocon("my.hocon", text))).Problems;
        Assert.StartsWith(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_as_a_text_show_no_connection() =>
        Assert.DoesNotContain("guess-1", MoeSettings.Read(SettingsLayer.FromAssignments(
            "--set", ["moe.postgres.connection=Host=db;Password=guess-1"])).ToString(), StringComparison.Ordinal);

    [Fact]
    public void All_problems_are_named_at_once() =>
        Assert.Equal(
            [
                "my.hocon: unknown setting moe.btch. Did you mean moe.batch?",
                "--set: 'window' is not a setting; write key=value, such as moe.router.top-k=2.",
                "environment: moe.seed is 'x'; it must be a whole number.",
                "moe.max-classes is 1; it must lie in [2, 1024].",
            ],
            Assert.Throws<InvalidOptionsException>(() => MoeSettings.Read(
                SettingsLayer.FromHocon("my.hocon", "moe.btch = 4, moe.max-classes = 1"),
                SettingsLayer.FromEnvironment(new Dictionary<string, string> { ["MOE__SEED"] = "x" }),
                SettingsLayer.FromAssignments("--set", ["window"]))).Problems);

    [Fact]
    public void Braces_and_signs_inside_quotes_and_comments_mean_nothing() =>
        Assert.Equal("a}${b", MoeSettings.Read(SettingsLayer.FromHocon("my.hocon",
            "# } ${x}\nmoe { // {\n data-dir = \"a}${b\" \n}")).Durability.DataDirectory);

    [Fact]
    public void A_pool_can_be_replaced_by_a_list_on_the_command_line() =>
        Assert.Equal(
            [
                new("only", ExpertRole.Shared, "fern depth=5"),
                new("a-1-z", ExpertRole.Routed, "mlp input=z"),
                new("a-2-z", ExpertRole.Routed, "mlp input=z"),
            ],
            MoeSettings.Read(SettingsLayer.FromAssignments("--set",
            [
                "moe.pool.shared=[\"only: fern depth=5\"]",
                "moe.pool.routed=[\"a-*-z x2: mlp input=z\"]",
            ])).Mixture.Pool);

    [Fact]
    public void The_preset_for_a_gpu_is_the_default_pool_with_bigger_networks_and_a_bank_of_256() =>
        Assert.Equal(GpuPool.Experts, Pool("moe.pool.preset=gpu"));

    [Fact]
    public void A_list_that_is_given_wins_over_the_preset()
    {
        var pool = Pool("moe.pool.preset=gpu", "moe.pool.routed=[\"a: mlp\"]");
        Assert.Equal([new ExpertSpec("a", ExpertRole.Routed, "mlp")], pool.Where(e => e.Role == ExpertRole.Routed));
        Assert.Equal(
            GpuPool.Experts.Where(e => e.Role == ExpertRole.Shared), pool.Where(e => e.Role == ExpertRole.Shared));
    }

    private static IReadOnlyList<ExpertSpec> Pool(params IReadOnlyList<string> assignments) =>
        MoeSettings.Read(SettingsLayer.FromAssignments("--set", assignments)).Mixture.Pool;

    [Theory]
    [InlineData("moe.pool.routed = []")]
    [InlineData("moe.pool.routed = \"\"")]
    public void The_bank_can_be_left_out(string text) =>
        Assert.DoesNotContain(MoeSettings.Read(SettingsLayer.FromHocon("my.hocon", text)).Mixture.Pool,
            e => e.Role == ExpertRole.Routed);
}

using MoE.Actors.Devices;
using MoE.Compute;
using MoE.Compute.Experts;
using MoE.Compute.Gpu.Devices;
using Xunit;

namespace MoE.Actors.Tests.Devices;

public sealed class PlanTests
{
    private static readonly DeviceSettings Card = Device("cuda:0", "card");
    private static readonly DeviceSettings Other = Device("opencl:0", "another card");
    private static readonly Placement OnCard = new("cuda:0", "card", ["mlp input=z"]);
    private static readonly Placement AllOnCard = new("cuda:0", "card", ["mlp *"]);

    [Fact]
    public void Auto_measures_the_best_gpu_for_a_new_model_and_the_cpu_is_all_there_is_without_one()
    {
        Assert.Equal((Card, null), Plan("auto", Placement.Cpu, isNew: true));
        Assert.Equal((null, Placement.Cpu), Plan("auto", Placement.Cpu, isNew: true, hasGpu: false));
    }

    [Fact]
    public void Auto_keeps_what_was_chosen_for_a_stored_model()
    {
        Assert.Equal((null, Placement.Cpu), Plan("auto", Placement.Cpu, isNew: false));
        Assert.Equal((Card, OnCard), Plan("auto", OnCard, isNew: false));
        Assert.Equal((Other, Other.All), Plan("auto", Other.All, isNew: false));
    }

    [Fact]
    public void Auto_chooses_anew_where_the_device_is_gone_or_is_another_of_the_same_name()
    {
        Assert.Equal((Card, null), Plan("auto", OnCard with { Device = "cuda:1" }, isNew: false));
        Assert.Equal((Card, null), Plan("auto", OnCard with { Description = "older card" }, isNew: false));
        Assert.Equal((null, Placement.Cpu), Plan("auto", OnCard, isNew: false, hasGpu: false));
    }

    [Fact]
    public void A_named_device_computes_all_kinds_that_it_can_unless_it_was_chosen_for_less_before()
    {
        Assert.Equal((Card, AllOnCard), Plan("cuda:0", Placement.Cpu, isNew: true));
        Assert.Equal((Card, AllOnCard), Plan("cuda:0", Placement.Cpu, isNew: false));
        Assert.Equal((Card, OnCard), Plan("cuda:0", OnCard, isNew: false));
        Assert.Equal((Other, Other.All), Plan("opencl:0", OnCard, isNew: false));
    }

    [Fact]
    public void The_cpu_computes_where_it_is_named() =>
        Assert.Equal((null, Placement.Cpu), Plan("cpu", OnCard, isNew: false));

    [Fact]
    public void A_placement_holds_for_a_specification_or_for_all_of_a_kind()
    {
        Assert.True(OnCard.Includes(new("a", 0, "mlp input=z")));
        Assert.False(OnCard.Includes(new("a", 0, "mlp input=hat")));
        Assert.True(AllOnCard.Includes(new("a", 0, "mlp input=hat")));
        Assert.False(AllOnCard.Includes(new("a", 0, "fern")));
        Assert.False(Placement.Cpu.Includes(new("a", 0, "mlp")));
    }

    [Fact]
    public void A_placement_without_a_specification_keeps_the_others_of_its_kind_by_name()
    {
        ExpertSpec[] pool = [new("a", 0, "mlp input=z"), new("b", 0, "mlp input=hat"), new("c", 0, "fern")];
        Assert.Equal(["mlp input=hat"], AllOnCard.Without("mlp input=z", pool).Kinds);
        Assert.Equal(["mlp *"], AllOnCard.Without("fern", pool).Kinds);
        Assert.Equal(Placement.Cpu, OnCard.Without("mlp input=z", pool));
        Assert.Equal(Placement.Cpu, AllOnCard.Without("mlp input=z", pool[..1]));
    }

    [Fact]
    public void A_device_that_is_named_and_not_there_is_refused_with_what_is_there_and_why()
    {
        using var open = new OpenDevices();
        var problem = Assert.Single(Assert.Throws<InvalidOptionsException>(() => DeviceOffer.Find(
            new ComputeOptions { Device = "cuda:99" }, open)).Problems);
        Assert.StartsWith("moe.compute.device is 'cuda:99', which was not found; found: cpu, ", problem,
            StringComparison.Ordinal);
        Assert.Contains("ilgpu-cpu (ILGPU's emulation on the CPU, for tests).", problem, StringComparison.Ordinal);
    }

    private static (DeviceSettings?, Placement?) Plan(string setting, Placement chosen, bool isNew, bool hasGpu = true)
    {
        var offer = hasGpu ? new DeviceOffer(setting, [Card, Other], Card) : new DeviceOffer(setting, [], null);
        var (device, placement) = offer.Plan(chosen, isNew);
        return (device, placement);
    }

    private static DeviceSettings Device(string name, string description) => new(
        name, description, _ => throw new NotSupportedException("Nobody opens it."), spec => spec.Kind == "mlp");
}

namespace MoE.Actors.Devices.Trials;

/// <summary>How long the experts of one specification take for a batch, on the CPU and on a device.</summary>
/// <param name="Text">The specification.</param>
/// <param name="Experts">How many experts there are of it.</param>
/// <param name="Compiling">Time until the kernel was ready.</param>
/// <param name="Cpu">Time on the CPU, spread over its threads.</param>
/// <param name="Device">Time on the device, the way there and back included.</param>
public sealed record KindTiming(string Text, int Experts, TimeSpan Compiling, TimeSpan Cpu, TimeSpan Device)
{
    /// <summary>
    /// What the device has to be faster by: the CPU has it where they are about equal, or the clock erred.
    /// </summary>
    public const double LeastGain = 1.25;

    /// <summary>Whether the device is to compute them.</summary>
    public bool IsForDevice => IsFaster(Cpu, Device);

    /// <summary>The rule: whether a device that takes so long is to be preferred.</summary>
    public static bool IsFaster(TimeSpan cpu, TimeSpan device) => device * LeastGain <= cpu;
}

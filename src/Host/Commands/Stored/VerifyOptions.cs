using System.CommandLine;
using MoE.Host.Commands.Measures;

namespace MoE.Host.Commands.Stored;

/// <summary>How a log is to be verified.</summary>
/// <param name="Device">The device for what a device computed; null for the one that did.</param>
internal sealed record VerifyRequest(string? Device);

/// <summary>The options by which a verb is told to verify a log.</summary>
internal sealed class VerifyOptions
{
    private readonly NamedDevices _named = new(
        "What verifies the batches that a device computed, such as cuda:0. Default: the device that did.");

    /// <summary>Whether.</summary>
    public Option<bool> Verify { get; } = new("--verify")
    {
        Description = "Learns the log anew from the oldest checkpoint and compares the numbers with the newest.",
    };

    /// <summary>By what.</summary>
    public Option<string> Device => _named.Device;

    /// <summary>What is asked for; null where the log is not to be verified.</summary>
    /// <param name="line">The command line.</param>
    /// <param name="file">The model file that is looked at; null for a store.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public VerifyRequest? Read(ParseResult line, string? file, List<string> problems)
    {
        var (isAsked, device) = (line.GetValue(Verify), line.GetValue(Device));
        if (isAsked && file is not null)
            problems.Add($"--verify walks a log, and the model file {file} has none; leave out one of the two.");
        if (!isAsked && device is not null)
            problems.Add($"--device {device} says what verifies the log; it needs --verify.");
        if (isAsked && device is not null)
            _named.Read(line, problems);
        return isAsked ? new VerifyRequest(device) : null;
    }
}

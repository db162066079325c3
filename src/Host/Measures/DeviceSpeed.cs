namespace MoE.Host.Measures;

/// <summary>What it costs to ask a device for anything.</summary>
/// <param name="Name">The device.</param>
/// <param name="Description">What its driver calls it.</param>
/// <param name="LaunchSeconds">From the launch of a kernel that does nothing to its end.</param>
/// <param name="QueuedSeconds">The same per kernel, of many behind each other.</param>
/// <param name="Transfers">Seconds to copy so many page-locked bytes to the device and from it, and to wait.</param>
internal sealed record DeviceSpeed(
    string Name, string Description, double LaunchSeconds, double QueuedSeconds,
    IReadOnlyList<(int Bytes, double UploadSeconds, double DownloadSeconds)> Transfers);
